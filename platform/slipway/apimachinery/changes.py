"""A unit of work: rows are locked and written first, numbered last, so that resourceVersions commit in order.

The number comes from one row whose lock is held until the commit. Taking it last keeps that lock short, and
no transaction that holds it ever waits for another row lock: so there is nothing to deadlock with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from django.db import connection, transaction
from django.utils import timezone

from slipway.apimachinery.models import Change, Sequence, StoredObject

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]

KEEP_CHANGES_FOR = timedelta(hours=1)
KEEP_CHANGES = 100_000

# One statement on both databases; it also makes the row when a test has emptied the table.
_TAKE = """
INSERT INTO apimachinery_sequence (id, value, trimmed) VALUES (1, %s, 0)
ON CONFLICT (id) DO UPDATE SET value = apimachinery_sequence.value + %s RETURNING value
"""


@dataclass
class Work:
    """What one transaction has written and not numbered yet."""

    written: list[tuple[StoredObject, Change]] = field(default_factory=list)

    def save(self, row: StoredObject, kind: ChangeType, previous_labels: dict[str, str] | None) -> None:
        """Write the row (its document is numbered when the unit ends) and remember what to tell watchers."""
        change = Change(
            plural=row.plural,
            namespace=row.namespace,
            name=row.name,
            uid=row.uid,
            type=kind,
            document=row.document,
            previous_labels=previous_labels,
        )
        if kind == "DELETED":
            StoredObject.objects.filter(uid=row.uid).delete()
        else:
            row.save(force_insert=kind == "ADDED", force_update=kind == "MODIFIED")
        self.written.append((row, change))

    def number(self) -> None:
        """Take the numbers, put them into the documents and append the change log."""
        if not self.written:
            return
        version = take(len(self.written)) - len(self.written)
        last: dict[str, StoredObject] = {}
        for row, change in self.written:
            version += 1
            change.resource_version = row.resource_version = version
            change.document["metadata"]["resourceVersion"] = str(version)
            if change.type == "DELETED":
                last.pop(row.uid, None)
            else:
                last[row.uid] = row
        for row in last.values():
            row.save(update_fields=["document", "resource_version"])
        Change.objects.bulk_create([change for _, change in self.written])


_current: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def work(*, dry_run: bool = False) -> Iterator[Work]:
    """This transaction's unit of work; an inner one joins the outer one and is undone alone if it fails."""
    outer = _current.get()
    unit = outer or Work()
    before = len(unit.written)
    try:
        with transaction.atomic():
            token = _current.set(unit)
            try:
                yield unit
            finally:
                _current.reset(token)  # what runs after the commit is a unit of its own: this one is numbered
            if dry_run:
                transaction.set_rollback(True)
            elif outer is None:
                unit.number()
    except BaseException:
        del unit.written[before:]
        raise
    if dry_run:
        del unit.written[before:]


def take(count: int) -> int:
    """Draw `count` numbers; the highest is returned. Holds the sequence's lock until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, count])
        return int(cursor.fetchone()[0])


def position() -> tuple[int, int]:
    """The number of the newest committed write, and the number up to which the log has been trimmed."""
    found = Sequence.objects.filter(id=1).values_list("value", "trimmed").first()
    return found or (0, 0)


def since(version: int, until: int | None = None, *, plural: str = "", limit: int = 1000) -> list[Change]:
    """The log after `version`, oldest first."""
    rows = Change.objects.filter(resource_version__gt=version)
    if until is not None:
        rows = rows.filter(resource_version__lte=until)
    if plural:
        rows = rows.filter(plural=plural)
    return list(rows.order_by("resource_version")[:limit])


def trim_log(keep: int = KEEP_CHANGES, age: timedelta = KEEP_CHANGES_FOR) -> int:
    """Forget changes that are too old or too many and return the new floor; who is behind it gets 410."""
    newest, floor = position()
    old = Change.objects.filter(created__lt=timezone.now() - age).order_by("-resource_version")
    oldest_kept = old.values_list("resource_version", flat=True).first() or 0
    new_floor = max(floor, oldest_kept, newest - keep)
    if new_floor > floor:
        with transaction.atomic():
            Change.objects.filter(resource_version__lte=new_floor).delete()
            Sequence.objects.filter(id=1, trimmed__lt=new_floor).update(trimmed=new_floor)
    return new_floor
