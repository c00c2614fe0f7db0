"""A tenant's quota: what goes beyond it is refused with what is short, and goes on when there is room."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from support.fake_site import TENANT, Site

from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.store import store
from tests.reconcile.life import settle, until

SMALL = {"cpu": "1", "memory": "1Gi"}


def allow(**quota: Any) -> None:
    """Give the tenant that quota."""
    store.edit("tenants", "", TENANT, lambda d: {**d, "spec": {**d["spec"], "quota": quota}})


def make(site: Site, name: str = "web", control_planes: int = 1) -> None:
    shape = {"replicas": control_planes, "machine": SMALL}
    site.create("Cluster", "clusters", name, {"controlPlane": shape})


def add_pool(site: Site, replicas: int, name: str = "web-workers") -> None:
    spec = {"clusterName": "web", "replicas": replicas, "machine": SMALL}
    site.create("NodePool", "nodepools", name, spec)


def scale(site: Site, replicas: int) -> None:
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=replicas))


@pytest.mark.parametrize(
    ("quota", "field", "words"),
    [
        ({"nodes": 2}, "spec.controlPlane.replicas", "nodes short by 1"),
        ({"cpu": "2"}, "spec.controlPlane.machine.cpu", "cores short by 1"),
        ({"memory": "2Gi"}, "spec.controlPlane.machine.memory", "memory short by 1Gi"),
        ({"clusters": 0}, "metadata.name", "clusters short by 1"),
        ({"floatingIPs": 0}, "spec.endpoint.floatingIP", "floating IPs short by 1"),
    ],
)
def test_a_cluster_beyond_the_quota(site: Site, quota: dict[str, Any], field: str, words: str) -> None:
    allow(**quota)
    with pytest.raises(Invalid) as caught:
        make(site, control_planes=3)
    (cause,) = caught.value.status()["details"]["causes"]
    assert cause["field"] == field
    assert words in cause["message"]
    assert "Ask for less, free some, or have the quota raised" in cause["message"]


def test_scaling_goes_on_when_something_is_freed(site: Site) -> None:
    allow(nodes=4)
    make(site)
    add_pool(site, 1)
    add_pool(site, 2, "web-others")
    with pytest.raises(Invalid, match="nodes short by 1"):
        scale(site, 2)
    site.edit("nodepools", "web-others", lambda d: d["spec"].update(replicas=1))
    scale(site, 2)
    settle(site, 1, 3)


def test_scaling_goes_on_when_the_quota_is_raised(site: Site) -> None:
    allow(nodes=2)
    make(site)
    add_pool(site, 1)
    with pytest.raises(Invalid, match="nodes short by 2"):
        scale(site, 3)
    allow(nodes=4)
    scale(site, 3)
    settle(site, 1, 3)


def test_a_quota_that_was_lowered_takes_nothing_away_and_allows_less(site: Site) -> None:
    make(site)
    add_pool(site, 3)
    allow(nodes=2)
    scale(site, 2)
    store.edit(
        "nodepools", TENANT, "web-workers", lambda d: {**d, "spec": {**d["spec"], "labels": {"a": "b"}}}
    )
    with pytest.raises(Invalid, match="nodes short by 2"):
        scale(site, 3)


def test_what_is_being_deleted_still_counts(site: Site) -> None:
    """Its machines are there until they are seen to be gone."""
    allow(clusters=1)
    make(site)
    site.work_until_ready()
    store.delete("clusters", TENANT, "web")
    with pytest.raises(Invalid, match="clusters short by 1"):
        make(site, "shop")
    site.work(lambda: site.get("clusters", "web") is None)
    make(site, "shop")


def test_two_at_once_do_not_share_what_is_left(site: Site) -> None:
    allow(nodes=1)

    def attempt(name: str) -> bool:
        try:
            make(site, name)
        except Invalid:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        admitted = list(pool.map(attempt, ["a", "b", "c", "d"]))
    assert sum(admitted) == 1


def test_what_is_used_is_shown(site: Site) -> None:
    make(site)
    add_pool(site, 2)

    def used() -> dict[str, Any]:
        tenant = store.get("tenants", "", TENANT)
        assert tenant is not None
        found: dict[str, Any] = tenant["status"].get("used", {})
        return found

    site.work(lambda: used().get("nodes") == 3)
    assert (used()["cpu"], used()["memory"], used()["clusters"]) == ("3", "3Gi", 1)


def test_the_providers_own_limit_blocks_and_the_cluster_goes_on_when_it_is_raised(site: Site) -> None:
    """The tenant's quota allows it, the provider has no room: that is found while making, not before."""

    def room(machines: int) -> None:
        settings = {"path": str(site.cloud.path), "machines": machines}
        store.edit("providers", "", "fake", lambda d: {**d, "spec": {**d["spec"], "settings": settings}})

    room(1)
    site.cluster(control_planes=1, workers=2)
    blocked = until(site, lambda c: c["status"] == "True", "Blocked")
    assert blocked["reason"] == "QuotaExceeded"
    assert "You can mend it" in blocked["message"]
    room(3)
    settle(site, 1, 2)
