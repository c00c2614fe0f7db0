"""Teardown: what a cluster made goes, machines first; the ledger and an independent sweep prove it."""

from provisioning import conditions as c
from provisioning.drivers.contract import OutsideKind, OutsideObject
from provisioning.models import Identity
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.outside import FINALIZER
from provisioning.reconcile.phases import credential
from provisioning.reconcile.phases.parallel import in_parallel
from provisioning.reconcile.phases.shrink import unmake
from provisioning.reconcile.removals import removals
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.results import Done, Result, Wait


def machines(cluster: ClusterPass) -> Result:
    """All machines at once: those with an object, and those that only the ledger or the provider knows."""
    unmake(cluster, cluster.machines)
    cluster.see_machines()
    known = set(ledger.open_names(cluster.uid, OutsideKind.MACHINE)) | set(cluster.seen)
    in_parallel(cluster, cluster.delete_machine, sorted(known))
    ledger.close(cluster.provider.name, known)
    return Done()


def pools(cluster: ClusterPass) -> Result:
    """The node pools go with their cluster."""
    for pool in cluster.pools:
        meta = pool["metadata"]
        if not meta.get("deletionTimestamp"):
            store.delete("nodepools", meta["namespace"], meta["name"])
        store.remove_finalizer("nodepools", meta["namespace"], meta["name"], FINALIZER)
    return Done()


def shared(cluster: ClusterPass) -> Result:
    """What stood before the machines, and what they shared."""
    driver = cluster.provider.driver
    for kind, delete in (
        (OutsideKind.ENDPOINT, driver.delete_endpoint),
        (OutsideKind.GROUP, driver.delete_group),
        (OutsideKind.CREDENTIAL, driver.delete_credential),
    ):
        for name in ledger.open_names(cluster.uid, kind):
            cluster.lease.check()
            delete(name, cluster.tags)
            ledger.close(cluster.provider.name, [name])
    return Done()


def dependencies(cluster: ClusterPass) -> Result:
    """What the cluster made for itself; what it borrowed stays. The address goes before its network."""
    for plural in ("floatingips", "networks"):
        for document in _owned(cluster, plural):
            meta = document["metadata"]
            if not meta.get("deletionTimestamp"):
                store.delete(plural, meta["namespace"], meta["name"])
            cluster.work_on(meta["uid"])
        if left := _owned(cluster, plural):
            names = ", ".join(f"{d['kind']} {d['metadata']['name']}" for d in left)
            return Wait(0.5, c.DELETING, f"waiting for {names} to go")
    return Done()


def _owned(cluster: ClusterPass, plural: str) -> list[Document]:
    return store.list(plural, cluster.namespace, owner_uid=cluster.uid)


def proof(cluster: ClusterPass) -> Result:
    """A sweep by tag that does not trust the ledger: whatever it finds is removed, and looked for again."""
    driver = cluster.provider.driver
    found = _strays(cluster)
    for kind, remove in removals(driver):
        for stray in (o for o in found if o.kind is kind):
            text = f"found unrecorded {stray.kind} {stray.name}; removed"
            store.record_event(cluster.document, "Warning", c.DELETING, text)
            remove(stray.name, cluster.tags)
    if found and (left := _strays(cluster)):
        names = ", ".join(f"{o.kind} {o.name}" for o in left)
        return Wait(2, c.DELETING, f"still there: {names}")
    balance = ledger.balance(cluster.uid)
    if balance.left:
        return Wait(2, c.DELETING, f"ledger: {balance}")
    return Done()


def _strays(cluster: ClusterPass) -> list[OutsideObject]:
    kept = ledger.kept_names(cluster.uid)
    return [one for one in cluster.provider.driver.sweep(cluster.tags) if one.name not in kept]


def farewell(cluster: ClusterPass) -> Result:
    """The last word, then the object itself."""
    balance = ledger.balance(cluster.uid)
    store.record_event(cluster.document, "Normal", c.LEDGER_CLOSED, str(balance))
    Identity.objects.filter(cluster_uid=cluster.uid).delete()
    credential.forget(cluster.uid)
    store.remove_finalizer("clusters", cluster.namespace, cluster.name, FINALIZER)
    return Done()
