"""Which objects become due when another changes. Called inside the write's transaction."""

from provisioning.kinds.common import path_of
from provisioning.kinds.quota import COUNTED
from provisioning.reconcile.queue import mark_dirty
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import WriteEvent, store

_WAKING = ("generation", "deletionTimestamp", "labels", "annotations")
CLUSTER_OF = {"nodepools": "spec.clusterName", "machines": "spec.cluster"}


def on_write(event: WriteEvent) -> None:
    """Queue what the write makes necessary. Status alone wakes nobody: it is what the loops themselves write."""
    if event.kind.plural in COUNTED and (event.type == "DELETED" or _asks_for_work(event)):
        _count_again(event)
    if event.kind.plural == "clusters" and (event.type == "DELETED" or _asks_for_work(event)):
        _tell_borrowed(event)
    if not event.kind.reconciled or event.type == "DELETED" or not _asks_for_work(event):
        return
    if path := CLUSTER_OF.get(event.kind.plural):
        cluster = store.get("clusters", event.new["metadata"]["namespace"], path_of(event.new, path, ""))
        if cluster is not None:
            mark_dirty(cluster)
            return
    mark_dirty(event.new)


def _count_again(event: WriteEvent) -> None:
    tenant = store.get("tenants", "", event.new["metadata"]["namespace"])
    if tenant is not None:
        mark_dirty(tenant)


def _tell_borrowed(event: WriteEvent) -> None:
    """What a cluster names says in its status who uses it."""
    for cluster in (event.new, event.old or event.new):
        spec, namespace = cluster["spec"], cluster["metadata"]["namespace"]
        named = [("storagepools", pool) for pool in spec.get("storagePools", [])]
        if address := path_of(spec, "endpoint.floatingIP"):
            named.append(("floatingips", address))
        for plural, name in named:
            found = store.get(plural, namespace, name)
            if found is not None:
                mark_dirty(found)


def _asks_for_work(event: WriteEvent) -> bool:
    if event.old is None:
        return event.kind.plural != "machines"  # made by the loop itself
    return any(_of(event.old, what) != _of(event.new, what) for what in _WAKING)


def _of(document: Document, what: str) -> object:
    return document["metadata"].get(what)
