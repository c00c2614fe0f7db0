"""Sets of fields: paths into a document, and their FieldsV1 form in managedFields."""

import json
from collections.abc import Iterable
from typing import Any

from slipway.apimachinery import schemas
from slipway.apimachinery.schemas import Schema

Path = tuple[str, ...]
"""Elements as FieldsV1 writes them: `f:name`, `k:{"name":"a"}`, `v:"x"`; `.` is an item itself."""

Fields = frozenset[Path]

_METADATA = ("labels", "annotations", "finalizers", "ownerReferences")
_NOT_OWNED = ("apiVersion", "kind", "metadata", "status")


def of_document(document: dict[str, Any], schema: Schema) -> Fields:
    """Every field that somebody can own: labels, annotations, finalizers, owners and the spec."""
    metadata = {k: v for k, v in (document.get("metadata") or {}).items() if k in _METADATA}
    owned = {"metadata": metadata, **{k: v for k, v in document.items() if k not in _NOT_OWNED}}
    return frozenset(leaf for leaf in _leaves(owned, schema, ()) if leaf)


def _leaves(value: Any, schema: Schema | None, path: Path) -> Iterable[Path]:
    """The paths of values. An empty map belongs to nobody: giving it up must not take what others put there."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _leaves(held, schemas.child(schema, key), (*path, f"f:{key}"))
    elif isinstance(value, list) and (schemas.list_keys(schema) or schemas.is_set(schema)):
        for item in value:
            element = item_element(item, schema)
            yield (*path, element, ".")
            if isinstance(item, dict):
                yield from _leaves(item, schemas.items(schema), (*path, element))
    else:
        yield path


def item_element(item: Any, schema: Schema | None) -> str:
    """How an item of a list with keys, or of a set, is named in a path."""
    keys = schemas.list_keys(schema)
    if not keys or not isinstance(item, dict):
        return f"v:{json.dumps(item, separators=(',', ':'))}"
    return f"k:{json.dumps({k: item.get(k) for k in keys}, separators=(',', ':'))}"


def find(document: Any, path: Path) -> tuple[bool, Any]:
    """Whether the field is there, and its value."""
    for element in path:
        if element == ".":
            return True, None
        kind, _, rest = element.partition(":")
        if kind == "f":
            if not isinstance(document, dict) or rest not in document:
                return False, None
            document = document[rest]
        else:
            at = index_of(document, element)
            if at is None:
                return False, None
            document = document[at]
    return True, document


def index_of(items: Any, element: str) -> int | None:
    """Where in a list the item with that key or value is."""
    kind, _, rest = element.partition(":")
    wanted = json.loads(rest)
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if item == wanted if kind == "v" else isinstance(item, dict) and wanted.items() <= item.items():
            return i
    return None


def remove(document: Any, path: Path) -> None:
    """Take the field out; containers stay."""
    container, last = path[:-1], path[-1]
    if last == ".":
        container, last = path[:-2], path[-2]
    found, holder = find(document, container)
    if not found:
        return
    if last.startswith("f:"):
        if isinstance(holder, dict):
            holder.pop(last[2:], None)
    elif (at := index_of(holder, last)) is not None:
        del holder[at]


def to_v1(fields: Fields) -> dict[str, Any]:
    """FieldsV1, the nested form."""
    tree: dict[str, Any] = {}
    for path in sorted(fields):
        node = tree
        for element in path:
            node = node.setdefault(element, {})
    return tree


def from_v1(tree: dict[str, Any], path: Path = ()) -> Fields:
    """The paths of FieldsV1."""
    found: set[Path] = set()
    for element, below in tree.items():
        if below:
            found |= from_v1(below, (*path, element))
        else:
            found.add((*path, element))
    return frozenset(found)


def dotted(path: Path) -> str:
    """As messages write it: `.spec.disks[name="a"].size`."""
    text = ""
    for element in path:
        kind, _, rest = element.partition(":")
        if kind == "f":
            text += f".{rest}"
        elif kind == "k":
            pairs = ",".join(f"{k}={json.dumps(v)}" for k, v in json.loads(rest).items())
            text += f"[{pairs}]"
        elif kind == "v":
            text += f"[={rest}]"
    return text
