"""A Provider goes when nothing of Slipway's is left there, and says until then what is."""

from typing import Any

import pytest
from support.fake_site import TENANT, Site, fake_cloud

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.models import LedgerEntry
from provisioning.models.installation import installation_key
from provisioning.reconcile.abandoned import ABANDON
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import find, is_true
from tests.reconcile.life import settle
from tests.reconcile.rooms import Room, machine
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import SETTINGS, enter


def _provider(name: str = "fake") -> Document | None:
    return store.get("providers", "", name)


def _end(name: str = "fake", *, abandon: bool = False) -> None:
    if abandon:

        def change(document: Document) -> Document:
            document["metadata"]["annotations"] = {ABANDON: "true"}
            return document

        store.edit("providers", "", name, change)
    store.delete("providers", "", name)


def _says(name: str = "fake") -> str:
    found = find(_provider(name) or {}, "Ready")
    return f"{found['reason']}: {found['message']}" if found else ""


def _gone(site: Site, name: str = "fake") -> None:
    site.work(lambda: _provider(name) is None)


def _network(site: Site, provider: str, name: str = "lan") -> None:
    site.create("Network", "networks", name, {"provider": provider})
    site.work(lambda: is_true(site.get("networks", name) or {}, "Ready"))


def test_it_waits_for_who_uses_it_and_goes_by_itself_afterwards(site: Site) -> None:
    _network(site, "fake")
    _network(site, "fake", "wan")
    _end()
    text = "still used by Network acme/lan and 1 more: delete that first; this goes by itself afterwards"
    site.work(lambda: text in _says())

    store.delete("networks", TENANT, "lan")
    site.work(lambda: "Network acme/wan: delete" in _says())
    store.delete("networks", TENANT, "wan")
    _gone(site)
    assert site.cloud.objects() == []


def test_nothing_new_begins_at_one_that_is_going(site: Site) -> None:
    _network(site, "fake")
    _end()
    with pytest.raises(Invalid, match="Provider 'fake' is being deleted; there are: none yet"):
        site.create("Network", "networks", "wan", {"provider": "fake"})
    with pytest.raises(Invalid, match="name a Provider"):
        site.create("Network", "networks", "wan", {})


def test_one_at_which_nothing_was_ever_made_goes_though_it_does_not_answer(site: Site) -> None:
    site.cloud.fail("*", times=1000)
    _end()
    _gone(site)


def test_its_images_go_and_what_belongs_to_nothing_keeps_it_until_it_is_removed(site: Site) -> None:
    _network(site, "fake")
    ours = {"slipway/installation": installation_key(), "slipway/tenant": TENANT}
    site.cloud.put(OutsideKind.IMAGE, "node", {**ours, "slipway/release": "1.37.2"})
    site.cloud.put(OutsideKind.MACHINE, "lost", {**ours, "slipway/owner": "gone"})
    store.delete("networks", TENANT, "lan")
    _end()
    site.work(lambda: "OrphansFound: machine lost: its owner is gone" in _says())
    ways_out = "sweep fake --remove, or leave it there: slipway provider delete fake --abandon"
    assert ways_out in _says()
    assert [o.name for o in site.cloud.objects()] == ["lost"]

    site.cloud.remove(OutsideKind.MACHINE, "lost")
    _gone(site)


def test_one_that_no_longer_answers_says_the_way_out(site: Site) -> None:
    _network(site, "fake")
    store.delete("networks", TENANT, "lan")
    site.work(lambda: site.get("networks", "lan") is None)
    site.cloud.fail("*", times=10_000, error=Unavailable)
    _end()
    site.work(lambda: "ProviderUnavailable" in _says())
    assert "if it never answers any more: slipway provider delete fake --abandon" in _says()

    _end(abandon=True)
    _gone(site)


def test_a_cluster_at_a_cloud_that_is_given_up_goes_and_its_ledger_tells_the_truth(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    before = site.cloud.objects()
    site.cloud.fail("*", times=10_000)
    _end(abandon=True)
    site.work(lambda: "still used by Cluster acme/web" in _says())
    site.work(lambda: (site.ready() or {}).get("reason") == "ProviderAbandoned")
    assert site.machines(), "a cluster that nobody deletes keeps its machines"

    store.delete("clusters", TENANT, "web")
    _gone(site)
    assert site.get("clusters", "web") is None
    (closed,) = [e["message"] for e in store.list("events", TENANT) if e["reason"] == "LedgerClosed"]
    assert " 0 gone, " in closed
    assert f"{len(before)} kept" in closed
    assert closed.endswith(", 0 left")
    assert not LedgerEntry.objects.filter(gone_at__isnull=True, kept=False).exists()
    told = [e["message"] for e in store.list("events") if e["reason"] == "ProviderAbandoned"]
    assert [text for text in told if text.startswith("given up, not seen to be gone: ")]
    assert site.cloud.objects() == before


def test_hosts_of_a_room_that_is_given_up_are_free(room: Room) -> None:
    room.add("one")
    room.driver().ensure_machine(machine("m"))
    store.delete("hosts", "", "one")
    _end("room", abandon=True)
    _gone(room.site, "room")
    assert store.get("hosts", "", "one") is None


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Cloud:
    return enter(monkeypatch)


@pytest.fixture
def tenants(cloud: Cloud) -> Site:
    """Two Providers of one cloud whose tenants get a project of their own."""
    made = Site(fake_cloud(""))
    spec: dict[str, Any] = {"driver": "openstack", "settings": SETTINGS, "secrets": {"password": "right"}}
    for name in ("first", "second"):
        made.create("Provider", "providers", name, spec, namespace="")
    made.create("Tenant", "tenants", TENANT, {"displayName": "Acme"}, namespace="")
    return made


def test_a_tenant_s_project_goes_with_the_last_provider_of_the_cloud(tenants: Site, cloud: Cloud) -> None:
    before = cloud.objects()
    _network(tenants, "first")
    _network(tenants, "second", "wan")
    for name in ("lan", "wan"):
        store.delete("networks", TENANT, name)
        tenants.work(lambda name=name: tenants.get("networks", name) is None)  # type: ignore[misc]
    _end("first")
    _gone(tenants, "first")
    assert cloud.rows.of("identity/projects", lambda p: p["name"].startswith("slipway-"))

    _end("second")
    _gone(tenants, "second")
    assert cloud.objects() == before
    assert not cloud.rows.of("identity/projects", lambda p: p["name"].startswith("slipway-"))


def test_a_project_with_something_of_another_s_in_it_keeps_its_provider(tenants: Site, cloud: Cloud) -> None:
    _end("second")
    _network(tenants, "first")
    store.delete("networks", TENANT, "lan")
    tenants.work(lambda: tenants.get("networks", "lan") is None)
    (project,) = cloud.rows.of("identity/projects", lambda p: p["name"].startswith("slipway-"))
    alien = cloud.rows.add("network/networks", name="alien", project_id=project["id"])
    _end("first")
    tenants.work(lambda: "the project of tenant acme stays" in _says("first"))
    cloud.rows.remove("network/networks", alien["id"])
    _gone(tenants, "first")
