"""Phases Network, Borrow and Address: what a cluster borrows, or makes for itself."""

from typing import Any

from provisioning import conditions as c
from provisioning.kinds.common import CLUSTER_LABEL, owned_by, path_of
from provisioning.kinds.node_pool import owner_reference
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.status import Problem
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import find, is_true
from slipway.kernel.results import Done, Result, Wait


def network(cluster: ClusterPass) -> Result:
    """The named network, or one of its own."""
    name = cluster.spec.get("network") or cluster.name
    owned = not cluster.spec.get("network")
    found = _borrow_or_make(cluster, "networks", name, owned=owned, spec={"provider": cluster.provider.name})
    if owned and found and (taken := _taken(cluster, found, "spec.network")):
        return taken
    cluster.network = found
    cluster.learnt["network"] = name
    return _ready(cluster, found, f"network {name}", c.NETWORK_NOT_FOUND, c.WAITING_FOR_NETWORK)


def borrow(cluster: ClusterPass) -> Result:
    """The floating IP and the storage pools that the cluster names. An address of its own comes later."""
    found = _borrowed_address(cluster)
    return found if isinstance(found, Wait) else _borrowed_storage(cluster)


def address(cluster: ClusterPass) -> Result:
    """The floating IP that was named, or one of its own."""
    if cluster.spec["endpoint"].get("floatingIP"):
        return Done()
    name = cluster.name
    spec = {"provider": cluster.provider.name, "network": cluster.learnt["network"]}
    found = _borrow_or_make(cluster, "floatingips", name, owned=True, spec=spec)
    if found and (taken := _taken(cluster, found, "spec.endpoint.floatingIP")):
        return taken
    cluster.address = found
    cluster.learnt["floatingIP"] = name
    return _address_ready(cluster, name)


def _borrowed_address(cluster: ClusterPass) -> Result:
    asked = cluster.spec["endpoint"].get("floatingIP")
    found = store.get("floatingips", cluster.namespace, asked or cluster.name)
    if not asked and found and (taken := _taken(cluster, found, "spec.endpoint.floatingIP")):
        return taken
    cluster.address = found
    if not asked:
        return Done()
    cluster.learnt["floatingIP"] = asked
    ready = _address_ready(cluster, asked)
    if isinstance(ready, Done) and (user := _first_user(cluster, asked)):
        text = f"floating IP {asked} is used by cluster {user}: delete that one, or name another address"
        return _held(cluster, c.FLOATING_IP_IN_USE, text)
    return ready


def _address_ready(cluster: ClusterPass, name: str) -> Result:
    return _ready(
        cluster, cluster.address, f"floating IP {name}", c.FLOATING_IP_NOT_FOUND, c.WAITING_FOR_ADDRESS
    )


def _borrowed_storage(cluster: ClusterPass) -> Result:
    cluster.storage = []
    for name in cluster.spec.get("storagePools", []):
        found = store.get("storagepools", cluster.namespace, name)
        ready = _ready(
            cluster, found, f"storage pool {name}", c.STORAGE_POOL_NOT_FOUND, c.WAITING_FOR_STORAGE
        )
        if isinstance(ready, Wait):
            return ready
        if found is not None:
            cluster.storage.append(found)
    return Done()


def _borrow_or_make(
    cluster: ClusterPass, plural: str, name: str, *, owned: bool, spec: dict[str, Any]
) -> Document | None:
    found = store.get(plural, cluster.namespace, name)
    if found is None and owned:
        kind = {"networks": "Network", "floatingips": "FloatingIP"}[plural]
        meta = {
            "name": name,
            "namespace": cluster.namespace,
            "labels": {CLUSTER_LABEL: cluster.name},
            "ownerReferences": [owner_reference(cluster.document)],
        }
        cluster.lease.check()
        found = store.create(
            plural, {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": meta, "spec": spec}
        )
    if found is not None and owned_by(found, cluster.document) and not is_true(found, c.READY):
        cluster.work_on(found["metadata"]["uid"])
        found = store.get(plural, cluster.namespace, name)
    return found


def _taken(cluster: ClusterPass, found: Document, field: str) -> Wait | None:
    """Somebody else's object of the name is not adopted: it would not go with the cluster, or two would use it."""
    if owned_by(found, cluster.document):
        return None
    kind, name = found["kind"], found["metadata"]["name"]
    text = (
        f"a {kind} {name} is there that is not the cluster's own: name it in {field} to use it, or delete it"
    )
    return _held(cluster, c.NAME_TAKEN, text)


def _first_user(cluster: ClusterPass, address: str) -> str:
    """Another cluster that named the floating IP before this one did; all but the first have to wait."""
    naming = [
        (cl["metadata"]["creationTimestamp"], cl["metadata"]["uid"], cl["metadata"]["name"])
        for cl in store.list("clusters", cluster.namespace)
        if path_of(cl, "spec.endpoint.floatingIP") == address
    ]
    first = min(naming)[2]
    return "" if first == cluster.name else str(first)


def _held(cluster: ClusterPass, reason: str, text: str) -> Wait:
    """The tenant has to act: said so, and looked at again soon."""
    cluster.held = Problem(reason, f"{text}. You can mend it; the cluster goes on by itself then.")
    return Wait(2, reason, text)


def _ready(cluster: ClusterPass, found: Document | None, what: str, missing: str, waiting: str) -> Result:
    if found is None:
        text = f"{what} does not exist: create it, or leave it out and the cluster makes its own"
        return _held(cluster, missing, text)
    if found["metadata"].get("deletionTimestamp"):
        return Wait(2, waiting, f"{what} is being deleted")
    if is_true(found, c.READY):
        return Done()
    said, blocked = find(found, c.READY), find(found, c.BLOCKED)
    if said and blocked and blocked["status"] == "True":
        cluster.held = Problem(blocked["reason"], f"{what}: {blocked['message']}")
        return Wait(2, blocked["reason"], f"{what}: {said['message']}")
    return Wait(
        1, waiting, f"{what}: {said['message']}" if said and said["message"] else f"{what} is being made"
    )
