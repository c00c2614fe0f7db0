"""What lies at a provider and belongs to nothing: listed, removed when it is named, and nothing else is touched."""

from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.models import LedgerEntry
from provisioning.models.installation import installation_key
from provisioning.reconcile import orphans
from provisioning.reconcile.orphans import Orphan
from provisioning.reconcile.providers import open_provider
from provisioning.reconcile.reconciler import reconcile
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import find, is_true
from tests.reconcile.life import bury, settle

GONE = "00000000-0000-4000-8000-000000000000"


def _tags(**more: str) -> dict[str, str]:
    own = {"installation": installation_key(), "tenant": TENANT, "owner": GONE} | more
    return {f"slipway/{key}": value for key, value in own.items()}


def _found() -> list[Orphan]:
    return orphans.find(open_provider("fake"))


def _names() -> set[tuple[str, str]]:
    return {one.key for one in _found()}


def _provider() -> Document:
    found = store.get("providers", "", "fake")
    assert found is not None
    return found


def _remove(*wanted: tuple[str, str]) -> dict[str, str]:
    return {one.name: one.stayed for one in orphans.remove(open_provider("fake"), wanted)}


def test_nothing_of_a_living_cluster_is_an_orphan_and_nothing_is_left_of_a_dead_one(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    alive = _names()
    bury(site)

    assert alive == set()
    assert _names() == set()


def test_what_no_ledger_knows_is_found_with_whose_it_was_and_removed_when_named(site: Site) -> None:
    site.cloud.put(OutsideKind.NETWORK, "lost-net", _tags())
    site.cloud.put(OutsideKind.MACHINE, "lost", _tags(cluster=GONE))
    first, second = _found()

    assert [first.key, second.key] == [("machine", "lost"), ("network", "lost-net")]
    assert (first.tenant, first.cluster) == (TENANT, GONE)
    assert first.reason == "its owner is gone, no ledger entry is open for it"
    assert _remove(("machine", "lost")) == {"lost": ""}
    assert _names() == {("network", "lost-net")}


def test_what_is_not_ours_is_neither_listed_nor_removed_by_whoever_names_it(site: Site) -> None:
    site.create("Network", "networks", "lan", {})
    site.work(lambda: is_true(site.get("networks", "lan") or {}, "Ready"))
    mine = site.cloud.objects()[0].name
    site.cloud.put(OutsideKind.MACHINE, "theirs", _tags(installation="another"))
    site.cloud.put(OutsideKind.VOLUME, "strange", {"slipway/cluster": "a cluster of somebody else"})
    before = site.cloud.objects()
    said = _remove(("machine", "theirs"), ("volume", "strange"), ("network", mine), ("group", "never"))

    assert _names() == set()
    assert set(said.values()) == {"it is no orphan, or is gone already"}
    assert site.cloud.objects() == before


def test_what_cannot_be_removed_stays_and_says_why(site: Site) -> None:
    for name in ("a", "b"):
        site.cloud.put(OutsideKind.MACHINE, name, _tags())
    site.cloud.fail("delete_machine", error=Unavailable)
    said = _remove(("machine", "a"), ("machine", "b"))

    assert sorted(bool(stayed) for stayed in said.values()) == [False, True]
    assert any("ProviderUnavailable" in stayed for stayed in said.values())
    assert len(_names()) == 1


def test_a_machine_that_came_late_is_found_while_its_cluster_lives(site: Site) -> None:
    """A create that timed out at us and succeeded there, for a Machine that was deleted meanwhile."""
    made = site.cluster(control_planes=1, workers=0)
    settle(site, 1, 0)
    site.cloud.put(OutsideKind.MACHINE, "late", _tags(cluster=made["metadata"]["uid"]))
    (late,) = _found()

    assert (late.key, late.cluster) == (("machine", "late"), "web")
    assert late.reason.startswith("the cluster is there, but not what it was made for")


def test_what_a_cluster_made_from_inside_is_an_orphan_once_the_cluster_is_gone(site: Site) -> None:
    made = site.cluster(control_planes=1, workers=0)
    settle(site, 1, 0)
    inside = {"slipway/cluster": made["metadata"]["uid"]}
    site.cloud.put(OutsideKind.VOLUME, "early", inside)
    alive = _names()
    bury(site)  # its own proof finds what is there by then
    site.cloud.put(OutsideKind.VOLUME, "pvc-1", inside)
    (left,) = _found()

    assert alive == set()
    assert (left.key, left.tenant) == (("volume", "pvc-1"), TENANT)
    assert left.reason == "made from inside its cluster, which is gone"
    assert _remove(left.key) == {"pvc-1": ""}


def test_what_was_kept_on_purpose_is_no_orphan(site: Site) -> None:
    made = site.cluster(control_planes=1, workers=0)
    settle(site, 1, 0)
    uid = made["metadata"]["uid"]
    bury(site)
    site.cloud.put(OutsideKind.VOLUME, "kept", {"slipway/cluster": uid})
    LedgerEntry.objects.create(
        provider="fake", kind="volume", name="kept", tenant=TENANT, owner_uid=uid, cluster_uid=uid, kept=True
    )

    assert _names() == set()


def test_an_object_whose_finalizer_was_torn_off_is_found_though_the_ledger_has_it_open(site: Site) -> None:
    site.create("Network", "networks", "lan", {})
    site.work(lambda: is_true(site.get("networks", "lan") or {}, "Ready"))
    store.delete("networks", TENANT, "lan")
    store.remove_finalizer("networks", TENANT, "lan", "slipway.dev/outside")
    (left,) = _found()

    assert left.reason == "its owner is gone, the ledger has it open"
    assert _remove(left.key) == {left.found.name: ""}
    assert not LedgerEntry.objects.filter(gone_at__isnull=True).exists()


def test_images_are_orphans_when_no_cluster_and_no_bundle_needs_them(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    settle(site, 1, 0)
    version = (site.get("clusters", "web") or {})["status"]["version"]
    for name, release in (("old@a", "1.2.3"), ("node@a", version), ("node@b", version)):
        site.cloud.put(OutsideKind.IMAGE, name, {**_tags(release=release), "slipway/owner": ""})
    reasons = {one.found.name: one.reason for one in _found()}

    assert reasons == {
        "old@a": "no cluster has release 1.2.3 and its bundle is not here",
        "node@a": "a newer image of the release is used",
    }


def test_the_provider_says_once_an_hour_how_many_there_are(site: Site) -> None:
    reconcile(_provider()["metadata"]["uid"])
    site.cloud.put(OutsideKind.MACHINE, "lost", _tags())
    sweeps = site.cloud.calls().count("sweep")
    orphans.look_again(open_provider("fake"))
    reconcile(_provider()["metadata"]["uid"])
    status = _provider()["status"]
    said = find(_provider(), "OrphansFound")

    assert sweeps == 0  # a new Provider has none
    assert status["orphans"] == 1
    assert said is not None
    assert said["message"] == "1 at the provider belong to nothing: slipway provider sweep fake"
    assert is_true(_provider(), "Ready")
    _remove(("machine", "lost"))
    orphans.look_again(open_provider("fake"))
    reconcile(_provider()["metadata"]["uid"])
    assert _provider()["status"]["orphans"] == 0
    assert not is_true(_provider(), "OrphansFound")
