"""The store: the only writer of objects, on one code path for SQLite and PostgreSQL."""

import copy
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from slipway.apimachinery import changes, events, metadata, secretfields
from slipway.apimachinery.admission import admit, initial_status
from slipway.apimachinery.changes import Work, work
from slipway.apimachinery.errors import AlreadyExists, Conflict, Invalid, NoSuchPath, NotFound
from slipway.apimachinery.kinds import Document, Kind, registry
from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.rowwrites import WriteEvent, Writes

__all__ = ["SYSTEM", "Store", "WriteEvent", "store"]

SYSTEM = "system:slipway"
_AT_ONCE = 500  # values that a database takes in one query


class Store(Writes):
    """Objects by plural, namespace ('' for cluster-scoped) and name."""

    def transaction(self) -> AbstractContextManager[Work]:
        """Several writes as one: numbered together at the end, which keeps the sequence's lock short."""
        return work()

    def rehearsal(self) -> AbstractContextManager[Work]:
        """Writes that are seen inside and undone at the end, subscribers' work with them."""
        return work(dry_run=True)

    # reading

    def get(self, plural: str, namespace: str, name: str) -> Document | None:
        """The object, if it is there."""
        return _documents(_rows(plural, namespace).filter(name=name)).first()

    def get_by_uid(self, uid: str) -> Document | None:
        """The object with that uid, of whatever kind."""
        return _documents(StoredObject.objects.filter(uid=uid)).first()

    def living(self, uids: Iterable[str]) -> set[str]:
        """Which of these uids belong to an object that is there."""
        asked, found = list(set(uids)), set()
        for start in range(0, len(asked), _AT_ONCE):
            rows = StoredObject.objects.filter(uid__in=asked[start : start + _AT_ONCE])
            found |= set(rows.values_list("uid", flat=True))
        return found

    def list(
        self,
        plural: str,
        namespace: str | None = None,
        *,
        labels: dict[str, str] | None = None,
        owner_uid: str | None = None,
    ) -> list[Document]:
        """The objects of a kind by namespace and name; `labels` must all be equal."""
        rows = _rows(plural, namespace)
        if owner_uid is not None:
            rows = rows.filter(owner_uid=owner_uid)
        found = _documents(rows.order_by("namespace", "name"))
        wanted = (labels or {}).items()
        return [d for d in found if wanted <= d["metadata"].get("labels", {}).items()]

    def secrets(self, uid: str) -> dict[str, Any]:
        """The write-only fields of an object, shaped like the object: `{"spec": {"password": ...}}`."""
        return secretfields.load(uid)

    def secrets_of(self, uids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The same for many objects, in one query."""
        return secretfields.load_many(uids)

    # writing

    def create(
        self, plural: str, document: Document, *, user: str = SYSTEM, dry_run: bool = False
    ) -> Document:
        """Add an object: defaults, validation, the kind's own rules; a generated name avoids taken ones."""
        kind = _kind(plural)
        bare, secrets = secretfields.take_out(kind, document)
        new = metadata.stamp(kind, bare)
        with work(dry_run=dry_run) as unit:
            name = new["metadata"]["name"]
            taken = _rows(plural, new["metadata"].get("namespace", "")).filter(name=name)
            if taken.exists():
                if not (document.get("metadata") or {}).get("name"):
                    return self.create(plural, document, user=user, dry_run=dry_run)
                raise AlreadyExists(plural, name)
            whole = secretfields.put_back(new, secrets)
            new, secrets = secretfields.take_out(
                kind, admit(kind, whole, None, user=user, reader=self, dry_run=dry_run)
            )
            new.setdefault("status", initial_status(kind))
            row = StoredObject(plural=plural, uid=new["metadata"]["uid"])
            try:
                with transaction.atomic():
                    self.save_row(unit, kind, row, new, "ADDED", dry_run=dry_run)
            except IntegrityError:
                raise AlreadyExists(plural, name) from None
            if secrets:
                secretfields.save(row.uid, secrets)
        return new

    def update(
        self, plural: str, document: Document, *, user: str = SYSTEM, dry_run: bool = False
    ) -> Document:
        """Replace an object. Its resourceVersion, if it names one, must be the stored one."""
        given = document["metadata"]
        return self.edit(
            plural,
            given.get("namespace") or "",
            given["name"],
            lambda _: document,
            user=user,
            dry_run=dry_run,
        )

    def edit(
        self,
        plural: str,
        namespace: str,
        name: str,
        change: Callable[[Document], Document],
        *,
        user: str = SYSTEM,
        dry_run: bool = False,
    ) -> Document:
        """Replace an object by `change(copy of it)` under its row lock. No change, no write."""
        kind = _kind(plural)
        with work(dry_run=dry_run) as unit:
            row = _locked(plural, namespace, name)
            if row is None:
                raise NotFound(plural, name)
            old = row.document
            new, given = secretfields.take_out(kind, change(copy.deepcopy(old)))
            new = metadata.carry_over(kind, old, new)
            new["status"] = old.get("status", {})
            if user != SYSTEM and (errors := metadata.finalizer_errors(kind, old, new)):
                raise Invalid(plural, name, errors)
            kept = secretfields.load(row.uid) if kind.secret_fields else {}
            whole = secretfields.put_back(new, secretfields.merged(kept, given))
            new, secrets = secretfields.take_out(
                kind, admit(kind, whole, old, user=user, reader=self, dry_run=dry_run)
            )
            if secrets != kept:
                secretfields.save(row.uid, secrets)
            if new.get("spec") != old.get("spec") or secrets != kept:
                new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
            return self.replace_row(unit, kind, row, new, dry_run=dry_run)

    def update_status(
        self, plural: str, namespace: str, name: str, change: Callable[[Document], None]
    ) -> Document | None:
        """For the platform: change status, annotations or finalizers of the freshly loaded object."""
        kind = _kind(plural)
        with work() as unit:
            row = _locked(plural, namespace, name)
            if row is None:
                return None
            edited = copy.deepcopy(row.document)
            change(edited)
            new = copy.deepcopy(row.document)
            new["status"] = edited.get("status", {})
            for mine in ("annotations", "finalizers"):
                new["metadata"].pop(mine, None)
                if edited["metadata"].get(mine):
                    new["metadata"][mine] = edited["metadata"][mine]
            return self.replace_row(unit, kind, row, new)

    def delete(
        self,
        plural: str,
        namespace: str,
        name: str,
        *,
        user: str = SYSTEM,  # noqa: ARG002 - every write says who writes
        uid: str | None = None,
        resource_version: str | None = None,
        dry_run: bool = False,
    ) -> Document:
        """Remove an object, or mark it for deletion while finalizers hold it."""
        kind = _kind(plural)
        with work(dry_run=dry_run) as unit:
            row = _locked(plural, namespace, name)
            if row is None:
                raise NotFound(plural, name)
            held = row.document["metadata"]
            if uid and uid != row.uid:
                raise Conflict(
                    plural, name, f"the UID in the precondition is {uid}, the object's is {row.uid}"
                )
            if resource_version and resource_version != held.get("resourceVersion"):
                raise Conflict(plural, name)
            return self.delete_row(unit, kind, row, dry_run=dry_run)

    def remove_finalizer(self, plural: str, namespace: str, name: str, finalizer: str) -> None:
        """Take one finalizer off; an object that was only held by it is gone afterwards."""

        def take_off(document: Document) -> None:
            held = document["metadata"].get("finalizers", [])
            document["metadata"]["finalizers"] = [f for f in held if f != finalizer]

        self.update_status(plural, namespace, name, take_off)

    def record_event(self, regarding: Document, type: str, reason: str, message: str) -> None:  # noqa: A002 - v1 name
        """Say what happened to an object; the same words again only count."""
        with work() as unit:
            row = StoredObject.objects.select_for_update().filter(
                **events.identity(regarding, type, reason, message)
            )
            found = row.first()
            if found:
                again = events.repeated(found.document)
                self.save_row(unit, events.EVENT, found, again, "MODIFIED", previous_labels={})
            else:
                new = events.first(regarding, type, reason, message)
                fresh = StoredObject(plural=events.EVENT.plural, uid=new["metadata"]["uid"])
                fresh.about_uid = regarding["metadata"]["uid"]
                self.save_row(unit, events.EVENT, fresh, new, "ADDED")

    def trim(self) -> None:
        """Forget old events and the old end of the change log. Called by the ticker, about once a minute."""
        with work() as unit:
            for row in events.outdated():
                self.remove_row(unit, events.EVENT, row, row.document, dry_run=False)
        changes.trim_log()


def _kind(plural: str) -> Kind:
    kind = registry.kind(plural)
    if kind is None:
        raise NoSuchPath(f"there is no kind called {plural}")
    return kind


def _rows(plural: str, namespace: str | None) -> QuerySet[StoredObject]:
    rows = StoredObject.objects.filter(plural=plural)
    return rows if namespace is None else rows.filter(namespace=namespace)


def _documents(rows: QuerySet[StoredObject]) -> "QuerySet[StoredObject, Document]":
    return rows.values_list("document", flat=True)


def _locked(plural: str, namespace: str, name: str) -> StoredObject | None:
    return _rows(plural, namespace).filter(name=name).select_for_update().first()


store = Store()
