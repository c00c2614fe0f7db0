"""What a writer is told of a cluster that does not fit now: it is accepted all the same, and waits."""

from typing import Final

from provisioning.api.plan import quota_of
from provisioning.kinds.common import path_of
from provisioning.reconcile.planning.asking import ask
from provisioning.reconcile.planning.declared import read, with_named
from provisioning.reconcile.planning.document import render
from provisioning.reconcile.usage import usage_of_tenant
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store

PATIENCE: Final = 5.0  # seconds that a write may take longer for the sake of a warning


def advise(document: Document) -> list[str]:
    """Of a Cluster or NodePool as it was just written (or would be, with dryRun)."""
    meta = document["metadata"]
    if meta.get("deletionTimestamp"):
        return []
    found = document if document["kind"] == "Cluster" else None
    cluster = found or store.get("clusters", meta["namespace"], document["spec"]["clusterName"])
    if cluster is None or path_of(cluster, "metadata.deletionTimestamp"):
        return []
    known = read(cluster)
    if document["kind"] == "NodePool":
        pools = [p for p in known.pools if p["metadata"]["name"] != meta["name"]]
        known = with_named(cluster, [*pools, document], known.machines)
    if not known.plan().missing:
        return []
    used = usage_of_tenant(meta["namespace"])
    plan = render(ask(known, quota_of(meta["namespace"]), used, used, seconds=PATIENCE))
    name = cluster["metadata"]["name"]
    return [f"cluster {name} waits until this is mended: {s['message']}" for s in plan["shortfalls"]]


ADVISERS: Final = (("clusters", advise), ("nodepools", advise))
