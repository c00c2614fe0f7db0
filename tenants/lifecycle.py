"""What follows from writes of Tenants and Memberships: grants, and the orderly end of a tenant."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from slipway.apimachinery.errors import Forbidden, NotFound, qualified
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import WriteEvent, store
from slipway.kernel import conditions
from tenants import actions
from tenants.kinds.membership import subject_key
from tenants.kinds.tenant import FINALIZER

CONTENT_GONE = "NamespaceEmpty"
"""Condition of a tenant that is being deleted: False while something is left, and its message says what."""

_FOLLOW_WITH_TENANT = ("events",)  # history: it holds nothing up and goes last


def on_write(event: WriteEvent) -> None:
    """Called by the store inside the transaction of every write."""
    follow: dict[str, Callable[[WriteEvent], None]] = {"memberships": _index, "tenants": _tenant_written}
    if event.kind.plural in follow:
        follow[event.kind.plural](event)
    namespace = event.new["metadata"].get("namespace", "")
    if not namespace or event.kind.plural in _FOLLOW_WITH_TENANT:
        return
    if event.type == "ADDED":
        _refuse_when_terminating(event, namespace)
    elif event.type == "DELETED":
        transaction.on_commit(partial(_finish, namespace))


def sweep() -> None:
    """Go on with deletions whose process died half-way. Called by the ticker, and at start."""
    for name in StoredObject.objects.filter(plural="tenants", deleting=True).values_list("name", flat=True):
        _empty(name)


def _index(event: WriteEvent) -> None:
    metadata = event.new["metadata"]
    if event.type == "DELETED":
        actions.drop_grant(metadata["namespace"], metadata["name"])
    else:
        actions.put_grant(
            metadata["namespace"], metadata["name"], subject_key(event.new), event.new["spec"]["role"]
        )


def _tenant_written(event: WriteEvent) -> None:
    name = event.new["metadata"]["name"]
    if event.type == "DELETED":
        actions.forget_tenant(name)
    elif event.type == "MODIFIED" and _deletion_begins(event):
        # After the commit: taking the objects' locks while holding the tenant's could deadlock with a
        # reconciler, which takes them the other way round.
        transaction.on_commit(partial(_empty, name))


def _deletion_begins(event: WriteEvent) -> bool:
    before = (event.old or {}).get("metadata", {})
    return "deletionTimestamp" in event.new["metadata"] and "deletionTimestamp" not in before


def _refuse_when_terminating(event: WriteEvent, namespace: str) -> None:
    """Owned objects may still come: ending a cluster makes Runs, and they go with it."""
    if event.new["metadata"].get("ownerReferences"):
        return
    tenant = StoredObject.objects.select_for_update().filter(plural="tenants", name=namespace).first()
    if tenant is not None and tenant.deleting:
        what = f'{qualified(event.kind.plural)} "{event.new["metadata"]["name"]}"'
        raise Forbidden(f"{what} is forbidden: namespace {namespace} is being terminated")


def _empty(namespace: str) -> None:
    """Delete all that nobody owns; what is owned is deleted by, or with, its owner."""
    roots = _contents(namespace).filter(owner_uid="", deleting=False).values_list("plural", "name")
    for plural, name in list(roots):
        try:
            store.delete(plural, namespace, name)
        except NotFound:
            continue  # somebody was quicker
    _finish(namespace)


def _finish(namespace: str) -> None:
    """Let a tenant that is being deleted go when nothing is left, else say what is."""
    ending = StoredObject.objects.filter(plural="tenants", name=namespace, deleting=True)
    if not ending.exists():
        return
    with store.transaction():
        # Whoever commits last sees all other deletions, since they wait for each other here.
        if ending.select_for_update().first() is None:
            return  # another one was quicker
        left = Counter(_contents(namespace).values_list("plural", flat=True))
        if left:
            store.update_status("tenants", "", namespace, partial(_tell, left))
            return
        _drop_history(namespace)
        store.remove_finalizer("tenants", "", namespace, FINALIZER)


def _tell(left: Counter[str], tenant: Document) -> None:
    message = "waiting for " + ", ".join(f"{count} {plural}" for plural, count in sorted(left.items()))
    generation = tenant["metadata"].get("generation", 0)
    found = [
        conditions.condition("Ready", "False", "Terminating", message, generation=generation),
        conditions.condition(CONTENT_GONE, "False", "ObjectsRemain", message, generation=generation),
    ]
    status = tenant.setdefault("status", {})
    status["conditions"] = conditions.merge(status.get("conditions", []), found)


def _drop_history(namespace: str) -> None:
    for plural, name in StoredObject.objects.filter(namespace=namespace).values_list("plural", "name"):
        store.delete(plural, namespace, name)


def _contents(namespace: str) -> QuerySet[StoredObject]:
    return StoredObject.objects.filter(namespace=namespace).exclude(plural__in=_FOLLOW_WITH_TENANT)
