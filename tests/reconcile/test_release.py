"""What a cluster made at the provider from inside: let go first, volumes deleted or kept as the tenant said."""

from datetime import timedelta

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.models import LedgerEntry
from provisioning.reconcile.phases import release
from provisioning.simulation.world import World
from slipway.apimachinery.store import store
from tests.reconcile.life import bury

VOLUMES = ("pvc-1", "pvc-2")


def lived_in(site: Site, policy: str = "Delete") -> str:
    """A cluster with a load balancer and two volumes that it made itself; its uid."""
    site.cluster(control_planes=1, workers=1, volumeDeletionPolicy=policy)
    site.work_until_ready()
    uid = str(site.get("clusters", "web")["metadata"]["uid"])
    tags = dict(site.cloud.objects({"slipway/cluster": uid})[0].tags)
    for name in VOLUMES:
        site.cloud.put(OutsideKind.VOLUME, name, tags)
    with site.cloud.call("look") as db:
        world = World.load(site.cloud, db, uid)
        world.services = {"shop/front": False}
        world.save(site.cloud, db, uid)
    return uid


def events(reason: str) -> list[str]:
    return [e["message"] for e in store.list("events", TENANT) if e["reason"] == reason]


def deleted(site: Site) -> None:
    store.delete("clusters", TENANT, "web")
    site.work(lambda: site.get("clusters", "web") is None)


def test_load_balancers_go_before_machines_and_volumes_after_them(cloudy: Site) -> None:
    lived_in(cloudy)
    store.delete("clusters", TENANT, "web")
    cloudy.work(lambda: "shop/front" in cloudy.ready()["message"])
    assert "delete_machine" not in cloudy.cloud.calls()
    cloudy.work(lambda: cloudy.get("clusters", "web") is None)

    calls = cloudy.cloud.calls()
    assert calls.index("release_services") < calls.index("delete_machine") < calls.index("delete_volume")
    assert events("LedgerClosed")[-1] == "9 created, 9 gone, 0 left"
    assert cloudy.cloud.objects() == []
    assert not [text for text in events("Deleting") if "unrecorded" in text]


def test_volumes_that_are_to_be_kept_are_named_and_the_ledger_says_so(cloudy: Site) -> None:
    uid = lived_in(cloudy, "Retain")
    deleted(cloudy)

    assert [(o.kind, o.name) for o in cloudy.cloud.objects()] == [("volume", name) for name in VOLUMES]
    assert events("VolumesKept") == ["kept as spec.volumeDeletionPolicy says: pvc-1, pvc-2"]
    assert events("LedgerClosed")[-1] == "9 created, 7 gone, 2 kept (pvc-1, pvc-2), 0 left"
    kept = LedgerEntry.objects.filter(cluster_uid=uid, kept=True)
    assert {row.name for row in kept} == set(VOLUMES)


@pytest.mark.parametrize("why", ["deadline", "away"])
def test_a_cluster_that_cannot_let_go_does_not_hold_up_its_deletion(
    cloudy: Site, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    lived_in(cloudy)
    if why == "deadline":
        monkeypatch.setattr(release, "PATIENCE", timedelta(0))
    else:
        cloudy.cloud.fail("release_services", error=Unavailable, times=100)
    deleted(cloudy)
    assert cloudy.cloud.objects() == []


def test_killed_among_its_volumes_the_rest_goes_in_the_next_pass(cloudy: Site) -> None:
    lived_in(cloudy)
    cloudy.cloud.fail("delete_volume", nth=2)
    bury(cloudy)
    assert events("LedgerClosed")[-1] == "9 created, 9 gone, 0 left"
