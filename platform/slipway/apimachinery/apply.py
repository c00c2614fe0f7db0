"""Server-side apply: merge what a manager wants into what is there, and keep to what it owns."""

import copy
import json
from typing import Any

from slipway.apimachinery import fieldsets, ownership, schemas
from slipway.apimachinery.errors import ApiError, Conflict
from slipway.apimachinery.fieldsets import Fields, Path
from slipway.apimachinery.kinds import Document, Kind
from slipway.apimachinery.ownership import Entry
from slipway.apimachinery.schemas import Schema
from slipway.apimachinery.secretfields import LAST_APPLIED


def apply(kind: Kind, live: Document | None, wanted: Document, manager: str, *, force: bool) -> Document:
    """The object after `manager` applied `wanted`; ApplyConflict when others own what it would change."""
    schema = schemas.of(kind.plural)
    before: Document = live or {}
    wanted = _applicable(wanted)
    entries = ownership.read(before)
    mine = (manager, "Apply", "")
    fields = fieldsets.of_document(wanted, schema)

    taken = _disputed(entries, mine, fields, before, wanted)
    if taken and not force and not _moving_from_client_side(manager, before, taken, schema):
        raise _conflict(kind, wanted["metadata"]["name"], taken)
    lost = frozenset(path for paths in taken.values() for path in paths)
    entries = ownership.without(entries, lost, but=mine)

    merged = _merge(copy.deepcopy(before), wanted, schema)
    given_up = next((e.fields for e in entries if e.key == mine), frozenset()) - fields
    _drop(merged, given_up, [e for e in entries if e.key != mine])
    entries = ownership.own(entries, Entry(manager, "Apply", fields, kind.api_version))
    return ownership.write(merged, entries)


def _applicable(wanted: Document) -> Document:
    metadata = {k: v for k, v in (wanted.get("metadata") or {}).items() if k != "managedFields"}
    return {**{k: v for k, v in wanted.items() if k != "status"}, "metadata": metadata}


def _disputed(
    entries: list[Entry], mine: tuple[str, str, str], fields: Fields, live: Document, wanted: Document
) -> dict[Entry, list[Path]]:
    """Per other manager the fields it owns that would get another value."""
    found = {}
    for entry in entries:
        if entry.key == mine:
            continue
        paths = [
            p
            for p in sorted(entry.fields & fields)
            if p[-1] != "." and fieldsets.find(live, p) != fieldsets.find(wanted, p)
        ]
        if paths:
            found[entry] = paths
    return found


def _moving_from_client_side(
    manager: str, live: Document, taken: dict[Entry, list[Path]], schema: Schema
) -> bool:
    """kubectl changes fields that it set itself, by client-side apply before and by server-side apply now."""
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    if manager != "kubectl" or LAST_APPLIED not in annotations:
        return False
    try:
        applied = json.loads(annotations[LAST_APPLIED])
    except ValueError:
        return False
    own = fieldsets.of_document(applied, schema) if isinstance(applied, dict) else frozenset()
    return all(
        path in own and fieldsets.find(applied, path) == fieldsets.find(live, path)
        for paths in taken.values()
        for path in paths
    )


def _conflict(kind: Kind, name: str, taken: dict[Entry, list[Path]]) -> ApiError:
    causes, lines = [], []
    for entry, paths in taken.items():
        who = f'conflict with "{entry.manager}"'
        if entry.operation == "Update":
            who += f" using {entry.api_version}"
        causes += [
            {"reason": "FieldManagerConflict", "message": who, "field": fieldsets.dotted(path)}
            for path in paths
        ]
        lines.append(f"{who}: {', '.join(fieldsets.dotted(p) for p in paths)}")
    count = sum(len(p) for p in taken.values())
    text = f"Apply failed with {count} conflict{'s' if count > 1 else ''}: {'; '.join(lines)}"
    error = Conflict(kind.plural, name, text, causes)
    error.message = text  # kubectl prints the causes below it
    return error


def _merge(live: Any, wanted: Any, schema: Schema | None) -> Any:
    if isinstance(wanted, dict) and isinstance(live, dict):
        for key, value in wanted.items():
            live[key] = (
                _merge(live.get(key), value, schemas.child(schema, key)) if value is not None else None
            )
        return live
    associative = bool(schemas.list_keys(schema)) or schemas.is_set(schema)
    if associative and isinstance(wanted, list) and isinstance(live, list):
        return _merge_items(live, wanted, schema)
    return copy.deepcopy(wanted)


def _merge_items(live: list[Any], wanted: list[Any], schema: Schema | None) -> list[Any]:
    for item in wanted:
        at = fieldsets.index_of(live, fieldsets.item_element(item, schema))
        if at is None:
            live.append(copy.deepcopy(item))
        else:
            live[at] = _merge(live[at], item, schemas.items(schema))
    return live


def _drop(document: Document, given_up: Fields, others: list[Entry]) -> None:
    """Remove what the manager owned and no longer applies, unless somebody else owns it too."""
    held = frozenset(path for entry in others for path in entry.fields)
    kept = given_up & held
    # whole items first: their fields go with them
    for path in sorted(given_up - held, key=lambda p: p[-1] != "."):
        if path[-1] != "." or not any(other[: len(path) - 1] == path[:-1] for other in held | kept):
            fieldsets.remove(document, path)
