"""managedFields: which manager owns which field, after server-side apply and after every other write."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from slipway.apimachinery import fieldsets
from slipway.apimachinery.fieldsets import Fields
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.schemas import Schema
from slipway.kernel.conditions import timestamp

Operation = Literal["Apply", "Update"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of managedFields."""

    manager: str
    operation: Operation
    fields: Fields
    api_version: str
    time: str = ""
    subresource: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two entries the same."""
        return self.manager, self.operation, self.subresource

    def render(self) -> dict[str, Any]:
        """As it stands in the document."""
        rendered = {
            "manager": self.manager,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "time": self.time or timestamp(),
            "fieldsType": "FieldsV1",
            "fieldsV1": fieldsets.to_v1(self.fields),
        }
        return {**rendered, "subresource": self.subresource} if self.subresource else rendered


def read(document: Document) -> list[Entry]:
    """The entries of a document; anything that is not one is left out."""
    found = (document.get("metadata") or {}).get("managedFields")
    return [
        Entry(
            manager=str(e.get("manager", "")),
            operation="Apply" if e.get("operation") == "Apply" else "Update",
            fields=fieldsets.from_v1(e["fieldsV1"]),
            api_version=str(e.get("apiVersion", "")),
            time=str(e.get("time", "")),
            subresource=str(e.get("subresource", "")),
        )
        for e in (found if isinstance(found, list) else ())
        if isinstance(e, dict) and isinstance(e.get("fieldsV1"), dict)
    ]


def write(document: Document, entries: list[Entry]) -> Document:
    """The document with these entries; those that own nothing disappear."""
    rendered = [e.render() for e in entries if e.fields]
    metadata = {k: v for k, v in (document.get("metadata") or {}).items() if k != "managedFields"}
    return {**document, "metadata": {**metadata, "managedFields": rendered} if rendered else metadata}


def own(entries: list[Entry], mine: Entry) -> list[Entry]:
    """`mine` in the place of the entry with the same key; the time moves only when the fields do."""
    before = next((e for e in entries if e.key == mine.key), None)
    if before is None:
        return [*entries, mine]
    kept = before if before.fields == mine.fields else mine
    return [kept if e is before else e for e in entries]


def without(entries: list[Entry], fields: Fields, *, but: tuple[str, str, str] | None = None) -> list[Entry]:
    """Nobody (`but` one) owns these fields any more."""
    return [
        e if e.key == but or not e.fields & fields else replace(e, fields=e.fields - fields) for e in entries
    ]


def track(
    old: Document | None, new: Document, schema: Schema, manager: str, subresource: str = ""
) -> Document:
    """A write that is not an apply: who changes a field owns it, alone; who removes one takes it from all."""
    before = old or {}
    given = (new.get("metadata") or {}).get("managedFields")
    entries = read(new if given is not None else before)  # a client may hand over or reset ownership
    had, has = (fieldsets.of_document(d, schema) for d in (before, new))
    changed = frozenset(f for f in has if f not in had or fieldsets.find(before, f) != fieldsets.find(new, f))
    entries = without(entries, changed | (had - has))
    if changed:
        key = (manager, "Update", subresource)
        mine = next((e.fields for e in entries if e.key == key), frozenset())
        version = str(new.get("apiVersion", ""))
        entries = own(entries, Entry(manager, "Update", mine | changed, version, subresource=subresource))
    return write(new, entries)
