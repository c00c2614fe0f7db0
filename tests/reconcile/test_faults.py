"""Every call of the provider fails once, before its effect or with its answer lost: the cluster comes out right."""

import random

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import (
    Conflict,
    DriverError,
    Invalid,
    Misconfigured,
    QuotaExceeded,
    Unavailable,
)
from provisioning.drivers.fake.faults import Moment
from provisioning.models import LedgerEntry
from slipway.apimachinery.store import store
from tests.reconcile.life import bury, condition_of, live, settle, until

CALLS = (
    "check",
    "forecast",
    "limits",
    "ensure_network",
    "ensure_address",
    "ensure_group",
    "ensure_endpoint",
    "ensure_storage",
    "ensure_machine",
    "list_machines",
    "fingerprints",
    "run:bootstrap_control_plane",
    "observe",
    "run:join_control_plane",
    "run:join_workers",
    "run:install_addons",
    "run:drain_and_remove",
    "delete_machine",
    "delete_endpoint",
    "delete_group",
    "delete_address",
    "delete_network",
    "sweep",
)


@pytest.fixture
def life(site: Site) -> Site:
    """A site with a storage pool to borrow."""
    site.create("StoragePool", "storagepools", "fast", {})
    return site


def test_the_list_of_calls_is_whole(life: Site) -> None:
    """A call that is new in a life has to be put into the list, so that it is made to fail too."""
    live(life)
    bury(life)
    assert set(life.cloud.calls()) == set(CALLS)


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("call", CALLS)
def test_one_failure(life: Site, call: str, moment: Moment) -> None:
    life.cloud.fail(call, moment=moment)
    live(life)
    bury(life)
    assert call in life.cloud.calls()


@pytest.mark.parametrize(
    "call", ["ensure_machine", "run:bootstrap_control_plane", "observe", "delete_machine"]
)
def test_three_failures_in_a_row(life: Site, call: str) -> None:
    life.cloud.fail(call, times=3)
    live(life)
    bury(life)


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_failures(life: Site, seed: int) -> None:
    """About every fifth call fails, before or after; the seed is the test's name."""
    chance = random.Random(seed)
    for nth in chance.sample(range(1, 200), 40):
        error = chance.choice([Unavailable, QuotaExceeded, Conflict, Misconfigured, Invalid])
        life.cloud.fail("*", nth=nth, moment=chance.choice(list(Moment)), error=error)
    live(life)
    bury(life)


@pytest.mark.parametrize(
    ("error", "code", "who"),
    [
        (QuotaExceeded, "QuotaExceeded", "You can mend it"),
        (Conflict, "Conflict", "You can mend it"),
        (Invalid, "InvalidRequest", "You can mend it"),
        (Misconfigured, "ProviderMisconfigured", "The operator has to mend it"),
    ],
)
def test_who_has_to_act_is_said_and_the_cluster_goes_on_by_itself(
    site: Site, error: type[DriverError], code: str, who: str
) -> None:
    site.cloud.fail("ensure_machine", times=6, error=error)
    site.cluster(control_planes=1, workers=1)
    blocked = until(site, lambda c: c["status"] == "True", "Blocked")
    assert blocked["reason"] == code
    assert who in blocked["message"]
    ready = condition_of(site, "Ready")
    assert ready is not None
    assert (ready["status"], ready["reason"]) == ("False", code)
    assert "was told to fail at ensure_machine" in ready["message"]
    assert code in [e["reason"] for e in store.list("events", TENANT) if e["type"] == "Warning"]
    settle(site, 1, 1)
    unblocked = condition_of(site, "Blocked")
    assert unblocked is not None
    assert unblocked["status"] == "False"


@pytest.mark.parametrize("call", ["ensure_network", "ensure_address"])
def test_what_stops_a_dependency_is_said_at_the_cluster(site: Site, call: str) -> None:
    """The cluster's own network cannot be made: its tenant looks at the cluster, and reads there who acts."""
    site.cloud.fail(call, times=3, error=QuotaExceeded)
    site.cluster(control_planes=1, workers=1)
    blocked = until(site, lambda c: c["status"] == "True", "Blocked")
    assert blocked["reason"] == "QuotaExceeded"
    assert "You can mend it" in blocked["message"]
    settle(site, 1, 1)


def test_an_unavailable_provider_blocks_nobody(site: Site) -> None:
    site.cloud.fail("ensure_machine", times=2, error=Unavailable)
    site.cluster(control_planes=1, workers=1)
    until(site, lambda c: c["reason"] == "ProviderUnavailable")
    blocked = condition_of(site, "Blocked")
    assert blocked is not None
    assert blocked["status"] == "False"
    settle(site, 1, 1)


def test_a_failed_run_names_machine_and_step_and_is_run_again(site: Site) -> None:
    site.cloud.fail("run:bootstrap_control_plane", times=2)
    site.cluster(control_planes=1, workers=1)
    failed = until(site, lambda c: c["reason"] == "RunFailed")
    assert "web-cp-1: bootstrap_control_plane" in failed["message"]
    settle(site, 1, 1)


def test_what_only_the_provider_knows_of_is_swept(site: Site) -> None:
    """The ledger is not trusted: a machine with the cluster's tags that no row speaks of goes too."""
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    site.cloud.fail("ensure_machine", moment=Moment.AFTER)
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=2))
    site.work(lambda: sum(o.kind is OutsideKind.MACHINE for o in site.cloud.objects()) == 3)
    LedgerEntry.objects.filter(kind="machine").delete()
    store.delete("clusters", TENANT, "web")
    site.work(lambda: site.get("clusters", "web") is None)
    assert site.cloud.objects() == []
