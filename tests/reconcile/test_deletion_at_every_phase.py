"""Deleting a cluster at any point of its creation works, and leaves nothing."""

import pytest
from support.fake_site import Site

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.fake.faults import Moment
from provisioning.reconcile.cluster import BUILD
from tests.reconcile.life import bury, grow, settle

# The call whose failing keeps a cluster in each phase. The others call nobody outside: they end at once or wait
# for the cluster itself.
HELD_BY = {
    "Preflight": "forecast",
    "Network": "ensure_network",
    "Address": "ensure_address",
    "Group": "ensure_group",
    "Endpoint": "ensure_endpoint",
    "Machines": "ensure_machine",
    "ControlPlane": "run:bootstrap_control_plane",
    "Observe": "observe",
    "Shrink": "run:drain_and_remove",
    "JoinControlPlanes": "run:join_control_plane",
    "JoinWorkers": "run:join_workers",
    "Addons": "run:install_addons",
}
INSIDE = {
    "Borrow",
    "Drift",
    "Answers",
    "Members",
    "Release",
    "Identity",
    "Marks",
    "Health",
    "Remember",
    "Growth",
}
WITH_A_CLOUD = {"Credential", "Retire"}  # tests/reconcile/test_credentials.py
LATER = {
    "Shrink",
    "JoinControlPlanes",
    "JoinWorkers",
    "Addons",
}  # a new cluster passes them with nothing to do


def test_every_phase_is_tried() -> None:
    assert set(HELD_BY) | INSIDE | WITH_A_CLOUD == {name for name, _ in BUILD}


def _phase(site: Site) -> str:
    cluster = site.get("clusters", "web")
    assert cluster is not None
    return str(cluster["status"].get("phase", ""))


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("phase", [name for name, _ in BUILD if name in HELD_BY])
def test_deleted_while_held_in_a_phase(site: Site, phase: str, moment: Moment) -> None:
    site.cluster(control_planes=1, workers=1)
    if phase in LATER:
        settle(site, 1, 1)
        grow(site)
        if phase == "Shrink":
            settle(site, 3, 2)
            site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=1))
    site.cloud.fail(HELD_BY[phase], times=50, moment=moment, error=Misconfigured)
    site.work(lambda: _phase(site) == phase and HELD_BY[phase] in site.cloud.calls())
    bury(site)


def test_deleted_at_a_storage_pool_that_is_not_there(site: Site) -> None:
    site.cluster(control_planes=1, workers=1, storagePools=["nowhere"])
    site.work(lambda: _phase(site) == "Borrow")
    bury(site)


@pytest.mark.parametrize("calls", range(1, 16))
def test_deleted_after_so_many_calls(site: Site, calls: int) -> None:
    """The call after fails, as if the worker died there; what was made before is on the books or is swept."""
    site.cluster(control_planes=1, workers=1)
    site.cloud.fail("*", nth=calls)
    site.work(lambda: len(site.cloud.calls()) >= calls)
    bury(site)


def test_deleted_before_anybody_looked_at_it(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    bury(site)
