"""A whole small life of a cluster, and the proof that nothing is left of it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from support.fake_site import TENANT, Site

from provisioning.models import Identity, LedgerEntry
from slipway.apimachinery.store import store
from slipway.kernel.conditions import Condition, find, is_true


def condition_of(site: Site, kind: str, name: str = "web") -> Condition | None:
    """One condition of the cluster."""
    document = site.get("clusters", name)
    return find(document, kind) if document else None


def settle(site: Site, control_planes: int, workers: int, name: str = "web") -> None:
    """Work until the cluster is what it is declared to be, add-ons included; then look whether it is true."""
    site.work_until_ready(name)
    site.work(lambda: is_true(site.get("clusters", name) or {}, "AddonsReady") and _ready(site, name))
    roles = Counter(m["spec"]["role"] for m in store.list("machines", TENANT) if m["spec"]["cluster"] == name)
    assert roles == Counter(control_plane=control_planes, worker=workers)
    cluster = site.get("clusters", name)
    assert cluster is not None
    assert cluster["status"]["nodes"] == {
        "ready": control_planes + workers,
        "total": control_planes + workers,
    }
    outside = Counter(
        str(o.kind) for o in site.cloud.objects({"slipway/cluster": cluster["metadata"]["uid"]})
    )
    assert outside["machine"] == control_planes + workers


def _ready(site: Site, name: str) -> bool:
    ready = site.ready(name=name)
    return bool(ready and ready["status"] == "True")


def grow(site: Site) -> None:
    """One control plane to three, one worker to two, one add-on less."""
    site.edit(
        "clusters",
        "web",
        lambda d: d["spec"].update(
            controlPlane={**d["spec"]["controlPlane"], "replicas": 3},
            addons={"metricsServer": {"enabled": False}},
        ),
    )
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=2))


def shrink(site: Site) -> None:
    """Three control planes to one, two workers to one."""
    site.edit("clusters", "web", lambda d: d["spec"]["controlPlane"].update(replicas=1))
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=1))


def live(site: Site) -> None:
    """Created, grown and shrunk."""
    site.cluster(control_planes=1, workers=1, storagePools=["fast"])
    settle(site, 1, 1)
    grow(site)
    settle(site, 3, 2)
    shrink(site)
    settle(site, 1, 1)


def bury(site: Site, name: str = "web") -> None:
    """Delete the cluster, and prove that nothing is left."""
    store.delete("clusters", TENANT, name)
    site.work(lambda: site.get("clusters", name) is None)
    assert_nothing_left(site)


def assert_nothing_left(site: Site) -> None:
    """Nothing at the provider, nothing open in the ledger, no object in the tenant but what was borrowed."""
    assert [o for o in site.cloud.objects() if o.kind != "storage"] == []
    assert not LedgerEntry.objects.filter(gone_at__isnull=True).exclude(kind="storage").exists()
    for plural in ("clusters", "machines", "nodepools", "networks", "floatingips", "runs"):
        assert store.list(plural, TENANT) == [], plural
    assert not Identity.objects.exists()
    closed = [e["message"] for e in store.list("events", TENANT) if e["reason"] == "LedgerClosed"]
    assert closed, "the ledger was never closed"
    assert closed[-1].endswith(", 0 left"), closed


def until(site: Site, said: Callable[[Any], bool], kind: str = "Ready", name: str = "web") -> Condition:
    """Work until the condition of the cluster is as asked for; what it says then."""
    site.work(lambda: bool((found := condition_of(site, kind, name)) and said(found)))
    found = condition_of(site, kind, name)
    assert found is not None
    return found
