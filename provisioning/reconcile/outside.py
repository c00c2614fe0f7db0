"""Reconciles Network, FloatingIP and StoragePool: one outside object each, made, adopted, and released."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from provisioning import conditions as c
from provisioning.drivers.contract import AddressRequest, NetworkRequest, OutsideKind, StorageRequest, Tags
from provisioning.kinds.common import path_of
from provisioning.reconcile import ledger, projects
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.providers import OpenProvider, open_provider
from provisioning.reconcile.tags import cluster_uid, tags
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel import names, quantity
from slipway.kernel.conditions import is_true
from slipway.kernel.results import Done, Result, Wait

FINALIZER = "slipway.dev/outside"
LOOK_AGE = 15.0
"""Seconds: a look this old will do for what is at rest. One then serves all that a tenant has."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How one kind is made and unmade; `ensure` returns what goes into the status, or a reason to wait."""

    kind: OutsideKind
    plural: str
    ensure: Callable[[Document, OpenProvider, str], dict[str, object] | Wait]
    delete: Callable[[OpenProvider, str, Tags], None]
    users: Callable[[Document], list[str]]


def outside_name(document: Document) -> str:
    """The deterministic name at the provider."""
    meta = document["metadata"]
    return names.outside_name(f"slipway-{meta['namespace']}-{meta['name']}", meta["uid"])


def _ensure_network(document: Document, provider: OpenProvider, name: str) -> dict[str, object]:
    spec = document["spec"]
    request = NetworkRequest(name, tags(document), cidr=spec.get("cidr", ""), dns=tuple(spec.get("dns", ())))
    view = provider.driver.ensure_network(request)
    return {"cidr": view.cidr, "gateway": view.gateway, "outsideName": view.name, "outsideId": view.id}


def _ensure_address(document: Document, provider: OpenProvider, name: str) -> dict[str, object] | Wait:
    network = ""
    if wanted := document["spec"].get("network"):
        found = store.get("networks", document["metadata"]["namespace"], wanted)
        network = path_of(found or {}, "status.outsideName", "")
        if not network:
            text = f"network {wanted} " + ("is not ready yet" if found else "does not exist: create it")
            return Wait(2, c.WAITING_FOR_NETWORK if found else c.NETWORK_NOT_FOUND, text)
    before = path_of(document, "status.address", "")
    view = provider.driver.ensure_address(AddressRequest(name, tags(document), network, before))
    return {"address": view.address, "outsideName": view.name, "outsideId": view.id}


def _ensure_storage(document: Document, provider: OpenProvider, name: str) -> dict[str, object]:
    spec = document["spec"]
    capacity = int(quantity.parse(spec.get("capacity") or 0))
    view = provider.driver.ensure_storage(
        StorageRequest(name, tags(document), capacity, spec.get("type", ""))
    )
    return {"outsideName": view.name, "outsideId": view.id, "nodePath": view.node_path}


def _clusters_where(document: Document, uses: Callable[[Document, str], bool]) -> list[str]:
    meta = document["metadata"]
    clusters = store.list("clusters", meta["namespace"])
    return [cl["metadata"]["name"] for cl in clusters if uses(cl, meta["name"])]


def _network_users(document: Document) -> list[str]:
    meta = document["metadata"]
    users = _clusters_where(
        document, lambda cl, name: name in (cl["spec"].get("network"), path_of(cl, "status.network"))
    )
    addresses = store.list("floatingips", meta["namespace"])
    users += [
        f"floatingip {a['metadata']['name']}" for a in addresses if a["spec"].get("network") == meta["name"]
    ]
    owner = cluster_uid(document)
    return [u for u in users if not _is_owner(document, u)] if owner else users


def _is_owner(document: Document, name: str) -> bool:
    owners = document["metadata"].get("ownerReferences") or []
    return any(o["kind"] == "Cluster" and o["name"] == name for o in owners)


def _address_users(document: Document) -> list[str]:
    users = _clusters_where(document, lambda cl, name: path_of(cl, "spec.endpoint.floatingIP") == name)
    return [u for u in users if not _is_owner(document, u)]


def _pool_users(document: Document) -> list[str]:
    return _clusters_where(document, lambda cl, name: name in cl["spec"].get("storagePools", []))


KINDS = {
    "networks": Outside(
        OutsideKind.NETWORK,
        "networks",
        _ensure_network,
        lambda provider, name, own: provider.driver.delete_network(name, own),
        _network_users,
    ),
    "floatingips": Outside(
        OutsideKind.ADDRESS,
        "floatingips",
        _ensure_address,
        lambda provider, name, own: provider.driver.delete_address(name, own),
        _address_users,
    ),
    "storagepools": Outside(
        OutsideKind.STORAGE,
        "storagepools",
        _ensure_storage,
        lambda provider, name, own: provider.driver.delete_storage(name, own),
        _pool_users,
    ),
}


def reconcile_outside(document: Document, lease: Lease, outside: Outside) -> tuple[Result, dict[str, object]]:
    """One pass: what to wait for, and the fields of the status that were learnt."""
    leaving = bool(document["metadata"].get("deletionTimestamp"))
    provider = open_provider(document["spec"]["provider"], leaving=leaving)
    if leaving:
        return _release(document, provider, lease, outside), {}
    name, meta = outside_name(document), document["metadata"]
    account = ledger.Account(provider.name, meta["namespace"], meta["uid"], cluster_uid(document))
    projects.intend(lease, provider, meta["namespace"])
    ledger.intend(lease, [(outside.kind, name, account)])
    learnt: dict[str, object] = {}
    if not _stands(document, provider):
        made = outside.ensure(document, provider, name)
        if isinstance(made, Wait):
            return made, {}
        ledger.confirm(provider.name, [name])
        learnt = {**made, "fingerprint": _remembered(document, provider)}
    users = outside.users(document)
    if outside.plural == "floatingips":
        learnt["usedBy"] = next(iter(users), _owner_name(document))
    elif outside.plural == "storagepools":
        learnt["usedBy"] = users
    return Done(), learnt


def _stands(document: Document, provider: OpenProvider) -> bool:
    """Made as it is declared now, and nobody changed it since: nothing is asked for again."""
    known = path_of(document, "status.fingerprint", "")
    return bool(known) and is_true(document, c.READY) and known == _fingerprint(document, provider, LOOK_AGE)


def _remembered(document: Document, provider: OpenProvider) -> str:
    """What is made for the first time is looked at in a later pass, which makes sure of it again and costs nobody time.

    A cluster waits for the first pass, and a look takes a second or two. What was mended is seen at once.
    """
    if not is_true(document, c.READY):
        return ""
    return _fingerprint(document, provider, 0 if path_of(document, "status.fingerprint", "") else LOOK_AGE)


def _fingerprint(document: Document, provider: OpenProvider, max_age: float) -> str:
    found = provider.driver.fingerprints(tags(document), max_age=max_age)
    return digest({**found, "generation": str(document["metadata"]["generation"])})


def digest(fingerprints: Mapping[str, str]) -> str:
    """All of them in one word."""
    return names.short_hash(*(f"{name}={fingerprints[name]}" for name in sorted(fingerprints)))


def _owner_name(document: Document) -> str:
    owners = document["metadata"].get("ownerReferences") or []
    return next((o["name"] for o in owners if o["kind"] == "Cluster"), "")


def _release(document: Document, provider: OpenProvider, lease: Lease, outside: Outside) -> Result:
    users = outside.users(document)
    if users:
        text = (
            f"still used by {', '.join(users)}: delete or change that first; this goes by itself afterwards"
        )
        return Wait(2, c.WAITING_FOR_DEPENDANTS, text)
    lease.check()
    outside.delete(provider, outside_name(document), tags(document))
    ledger.close(provider.name, [outside_name(document)])
    meta = document["metadata"]
    store.remove_finalizer(outside.plural, meta["namespace"], meta["name"], FINALIZER)
    return Done()
