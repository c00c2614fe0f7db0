"""What somebody deletes at the provider while the cluster is well: seen, made again, and said."""

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from slipway.apimachinery.store import store
from tests.reconcile.life import bury, condition_of, live, settle

EACH = [OutsideKind.GROUP, OutsideKind.ENDPOINT, OutsideKind.ADDRESS]


def _outside(site: Site, kind: OutsideKind) -> list[str]:
    return [one.name for one in site.cloud.objects() if one.kind is kind]


def _mended(site: Site) -> list[str]:
    return [e["message"] for e in store.list("events", TENANT) if e["reason"] == "DriftMended"]


def _fingerprint(plural: str) -> str:
    """Of the only one of its kind."""
    (found,) = store.list(plural, TENANT)
    return str(found["status"].get("fingerprint", ""))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_made_again_while_the_cluster_stays_ready(site: Site, kind: OutsideKind) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    (name,) = _outside(site, kind)
    site.cloud.remove(kind, name)
    site.work(lambda: bool(_mended(site)))

    assert _outside(site, kind) == [name]
    assert _mended(site) == [
        f"somebody changed or deleted at the provider: {kind} {name}. It is as declared again"
    ]
    ready = condition_of(site, "Ready")
    assert ready is not None
    assert ready["status"] == "True"
    bury(site)


def test_a_borrowed_address_is_made_again_too(site: Site) -> None:
    site.create("FloatingIP", "floatingips", "mine", {})
    site.cluster(control_planes=1, workers=0, endpoint={"floatingIP": "mine"})
    settle(site, 1, 0)
    (name,) = _outside(site, OutsideKind.ADDRESS)
    site.cloud.remove(OutsideKind.ADDRESS, name)
    site.work(lambda: bool(_mended(site)))

    assert _outside(site, OutsideKind.ADDRESS) == [name]


def test_what_slipway_changes_itself_is_no_drift(site: Site) -> None:
    site.create("StoragePool", "storagepools", "fast", {})
    live(site)

    assert _mended(site) == []


def test_at_rest_nothing_is_asked_for_again(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    site.work(lambda: all(_fingerprint(plural) for plural in ("clusters", "networks", "floatingips")))
    looks = site.cloud.calls().count("observe")
    site.work(lambda: site.cloud.calls().count("observe") > looks + 2)
    before = len(site.cloud.calls())
    site.work(lambda: site.cloud.calls().count("observe") > looks + 6)

    assert {call for call in site.cloud.calls()[before:] if call.startswith("ensure")} == set()
