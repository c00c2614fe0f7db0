"""What the provider has no room for is not begun, said with what is short, and goes on when there is room."""

from collections.abc import Callable
from typing import Any

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import NetworkRequest
from provisioning.models import Work
from provisioning.reconcile.outside import outside_name
from provisioning.reconcile.providers import open_provider
from provisioning.reconcile.reconciler import reconcile
from provisioning.reconcile.tags import tags
from slipway.apimachinery.store import store
from tests.reconcile.life import assert_nothing_left, bury, condition_of, settle, until

GIB = 2**30


def limit(site: Site, **room: float) -> None:
    """What the operator of the fake cloud allows; 0 is no limit."""
    settings = {"path": str(site.cloud.path), **room}
    store.edit("providers", "", "fake", lambda d: {**d, "spec": {**d["spec"], "settings": settings}})


def sized(site: Site, control_planes: int, workers: int, **pool: Any) -> None:
    """Machines of one core and one GiB."""
    shape = {"cpu": "1", "memory": "1Gi"}
    site.create(
        "Cluster", "clusters", "web", {"controlPlane": {"replicas": control_planes, "machine": shape}}
    )
    spec = {"clusterName": "web", "replicas": workers, "machine": shape, **pool}
    site.create("NodePool", "nodepools", "web-workers", spec)


def scale(site: Site, replicas: int) -> None:
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=replicas))


def blocked(site: Site) -> Any:
    return until(site, lambda c: c["status"] == "True", "Blocked")


@pytest.mark.parametrize(
    ("short", "enough", "words"),
    [
        ({"machines": 4}, {"machines": 5}, "machines short by 1 (5 needed, 4 of 4 free)"),
        ({"cpu": 2}, {"cpu": 5}, "cores short by 3 (5 needed, 2 of 2 free)"),
        ({"memory": GIB}, {"memory": 5 * GIB}, "memory short by 4Gi (5Gi needed, 1Gi of 1Gi free)"),
    ],
)
def test_a_cluster_that_does_not_fit_makes_nothing_and_goes_on_by_itself(
    site: Site, short: dict[str, float], enough: dict[str, float], words: str
) -> None:
    limit(site, **short)
    sized(site, 3, 2)
    said = blocked(site)
    assert said["reason"] == "QuotaExceeded"
    assert words in said["message"]
    assert "the provider's operator raise it" in said["message"]
    assert "You can mend it; it goes on by itself then." in said["message"]
    ready = condition_of(site, "Ready")
    assert ready is not None
    assert (ready["status"], ready["reason"]) == ("False", "QuotaExceeded")
    assert site.cloud.objects() == []
    assert store.list("machines", TENANT) == store.list("networks", TENANT) == []
    limit(site, **enough)
    settle(site, 3, 2)
    ended = condition_of(site, "Blocked")
    assert ended is not None
    assert ended["status"] == "False"


def test_all_that_is_short_is_said_at_once(site: Site) -> None:
    limit(site, machines=1, cpu=1)
    sized(site, 1, 2)
    said = blocked(site)["message"]
    assert "machines short by 2" in said
    assert "cores short by 2" in said


def test_it_is_enough_to_ask_for_less(site: Site) -> None:
    limit(site, machines=2)
    sized(site, 1, 2)
    blocked(site)
    scale(site, 1)
    settle(site, 1, 1)


def test_what_waits_for_room_can_be_deleted(site: Site) -> None:
    limit(site, machines=2)
    sized(site, 1, 2)
    blocked(site)
    bury(site)


def test_growth_gets_what_there_is_and_the_rest_waits(site: Site) -> None:
    """Two of five new workers fit; the cluster works on with them, and the others are not begun."""
    sized(site, 1, 1)
    settle(site, 1, 1)
    limit(site, machines=4)
    scale(site, 6)
    until(site, lambda c: "machines short by 3 (5 needed, 2 of 4 free)" in c["message"], "Blocked")
    site.work(lambda: _ready_nodes(site) == 4)
    assert len(store.list("machines", TENANT)) == 4
    until(site, lambda c: "machines short by 3 (3 needed, 0 of 4 free)" in c["message"], "Blocked")
    limit(site, machines=7)
    settle(site, 1, 6)


def test_what_works_is_mended_while_growth_waits(site: Site) -> None:
    """A machine that is lost is replaced, and a pool that shrinks makes room for the one that waits."""
    sized(site, 1, 2)
    settle(site, 1, 2)
    limit(site, machines=3)
    other = {"clusterName": "web", "replicas": 1, "machine": {"cpu": "1", "memory": "1Gi"}}
    site.create("NodePool", "nodepools", "web-others", other)
    blocked(site)
    store.delete("machines", TENANT, "web-workers-2")
    site.work(lambda: store.get("machines", TENANT, "web-workers-2") is None)
    site.work(lambda: _ready_nodes(site) == 3)
    limit(site, machines=3)
    scale(site, 1)
    settle(site, 1, 2)
    assert "web-others-1" in site.machines()


def test_control_planes_come_together_and_before_workers(site: Site) -> None:
    """Two of three would have less of a quorum than one has; workers do not take the room that they wait for."""
    sized(site, 1, 1)
    settle(site, 1, 1)
    limit(site, machines=3)
    site.edit("clusters", "web", lambda d: d["spec"]["controlPlane"].update(replicas=3))
    scale(site, 2)
    assert "machines short by 2 (3 needed, 1 of 3 free)" in blocked(site)["message"]
    assert site.machines() == ["web-cp-1", "web-workers-1"]
    limit(site, machines=4)
    site.work(lambda: "web-cp-3" in site.machines())
    until(site, lambda c: "machines short by 1 (1 needed, 0 of 4 free)" in c["message"], "Blocked")
    limit(site, machines=5)
    settle(site, 3, 2)


def test_a_flavor_where_there_are_none_is_said_before_anything_is_made(site: Site) -> None:
    site.create("Cluster", "clusters", "web", {"controlPlane": {"replicas": 1, "machine": {"flavor": "m1"}}})
    said = blocked(site)
    assert said["reason"] == "InvalidRequest"
    assert "no flavors, so there is no m1: give cpu, memory and disk" in said["message"]
    assert site.cloud.objects() == []
    change: Callable[[Any], Any] = lambda d: d["spec"]["controlPlane"].update(machine={"cpu": "1"})  # noqa: E731
    site.edit("clusters", "web", change)
    settle(site, 1, 0)


def test_a_cluster_that_stands_asks_for_no_room(site: Site) -> None:
    sized(site, 1, 1)
    settle(site, 1, 1)
    before = site.cloud.calls().count("limits")
    for _ in range(3):
        site.work_until_ready()
        site.edit("clusters", "web", lambda d: d["metadata"].setdefault("labels", {}).update(a="b"))
    assert site.cloud.calls().count("limits") == before
    bury(site)
    assert_nothing_left(site)


def test_how_long_it_took_is_kept_at_the_provider(site: Site) -> None:
    sized(site, 1, 2)
    settle(site, 1, 2)
    bury(site)
    provider = store.get("providers", "", "fake")
    assert provider is not None
    (build,) = provider["status"]["builds"]
    assert build["machines"] == 3
    assert build["seconds"] >= 0
    assert "Preflight" not in build["phases"]


def _ready_nodes(site: Site) -> int:
    cluster = site.get("clusters", "web")
    assert cluster is not None
    return int(cluster["status"].get("nodes", {}).get("ready", 0))


def test_a_borrowed_network_that_is_being_made_is_not_in_its_own_way(site: Site) -> None:
    made = site.create("Network", "networks", "lan", {"cidr": "10.50.0.0/22"})
    request = NetworkRequest(outside_name(made), tags(made), cidr="10.50.0.0/22")
    open_provider("fake").driver.ensure_network(request)  # as its loop does at this moment
    site.cluster(control_planes=1, workers=0, network="lan")
    (cluster,) = (row.uid for row in Work.objects.filter(plural="clusters"))
    reconcile(cluster)

    assert [e["message"] for e in store.list("events", TENANT) if e["reason"] == "Conflict"] == []
    settle(site, 1, 0)
