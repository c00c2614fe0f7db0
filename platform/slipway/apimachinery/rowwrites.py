"""The one way in which rows are written: saved, told to subscribers, put into the change log."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from slipway.apimachinery import metadata, secretfields
from slipway.apimachinery.changes import ChangeType, Work
from slipway.apimachinery.kinds import Document, Kind, registry
from slipway.apimachinery.models import StoredObject
from slipway.kernel.conditions import timestamp


@dataclass(frozen=True, slots=True)
class WriteEvent:
    """A write, as subscribers see it inside the transaction. `new` of a DELETED one is the last state."""

    type: ChangeType
    kind: Kind
    new: Document
    old: Document | None


class Writes:
    """Saving, replacing and removing rows inside a unit of work."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[WriteEvent], None]] = []

    def subscribe(self, callback: Callable[[WriteEvent], None]) -> None:
        """Call back inside every write's transaction, after the write, before it is numbered."""
        if callback not in self._subscribers:
            self._subscribers.append(callback)

    def replace_row(
        self, unit: Work, kind: Kind, row: StoredObject, new: Document, *, dry_run: bool = False
    ) -> Document:
        """Put `new` in place of the row's document; the last finalizer taken off removes a deleted object."""
        old: Document = row.document
        if new == old:
            return old
        if old["metadata"].get("deletionTimestamp") and not new["metadata"].get("finalizers"):
            return self.remove_row(unit, kind, row, new, dry_run=dry_run)
        labels = old["metadata"].get("labels", {})
        self.save_row(unit, kind, row, new, "MODIFIED", previous_labels=labels, dry_run=dry_run)
        return new

    def delete_row(self, unit: Work, kind: Kind, row: StoredObject, *, dry_run: bool) -> Document:
        """Remove the row, or mark it while finalizers hold it."""
        if not row.document["metadata"].get("finalizers"):
            return self.remove_row(unit, kind, row, row.document, dry_run=dry_run)
        if row.deleting:
            marked: Document = row.document
            return marked
        new = copy.deepcopy(row.document)
        new["metadata"]["deletionTimestamp"] = timestamp()
        new["metadata"]["deletionGracePeriodSeconds"] = 0
        new["metadata"]["generation"] = new["metadata"].get("generation", 0) + 1
        return self.replace_row(unit, kind, row, new, dry_run=dry_run)

    def remove_row(
        self, unit: Work, kind: Kind, row: StoredObject, last: Document, *, dry_run: bool
    ) -> Document:
        """The object goes, its secrets go, and what it owns is deleted too."""
        last = copy.deepcopy(last)
        labels = row.document["metadata"].get("labels", {})
        secretfields.forget(row.uid)
        self.save_row(unit, kind, row, last, "DELETED", previous_labels=labels, dry_run=dry_run)
        for dependant in StoredObject.objects.select_for_update().filter(owner_uid=row.uid).order_by("uid"):
            if owned := registry.kind(dependant.plural):
                self.delete_row(unit, owned, dependant, dry_run=dry_run)
        return last

    def save_row(
        self,
        unit: Work,
        kind: Kind,
        row: StoredObject,
        new: Document,
        change: ChangeType,
        *,
        previous_labels: dict[str, str] | None = None,
        dry_run: bool = False,
    ) -> None:
        """Write one row and its columns, and tell the subscribers."""
        old = row.document if change != "ADDED" else None
        held = new["metadata"]
        row.namespace, row.name = held.get("namespace", ""), held["name"]
        row.generation, row.labels = held.get("generation", 1), held.get("labels", {})
        row.owner_uid, row.deleting = metadata.owner_uid(new), "deletionTimestamp" in held
        row.document = new
        unit.save(row, change, previous_labels)
        if not dry_run:
            for callback in self._subscribers:
                callback(WriteEvent(change, kind, new, old))
