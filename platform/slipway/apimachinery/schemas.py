"""A kind's OpenAPI schema, from its pydantic models: for OpenAPI, field validation and server-side apply."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from slipway.apimachinery.kinds import Document, Kind, registry

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_STRINGS: Schema = {"type": "object", "additionalProperties": _STRING}
# JSON Schema words that OpenAPI 3.0, as kubectl reads it, does not have.
_FOREIGN = (
    "title",
    "discriminator",
    "examples",
    "$defs",
    "contentMediaType",
    "propertyNames",
    "prefixItems",
    "readOnly",
)


def _described(description: str, schema: Schema) -> Schema:
    return {"description": description, **schema}


OWNER: Schema = {
    "type": "object",
    "description": "An object that this one belongs to; it is deleted with it.",
    "required": ["apiVersion", "kind", "name", "uid"],
    "properties": {
        **dict.fromkeys(("apiVersion", "kind", "name", "uid"), _STRING),
        **{key: {"type": "boolean"} for key in ("controller", "blockOwnerDeletion")},
    },
}
METADATA: Schema = {
    "type": "object",
    "description": "Standard metadata of the object.",
    "properties": {
        "name": _described("Unique within its namespace; cannot be changed.", _STRING),
        "generateName": _described("A prefix; the server adds a suffix when name is left out.", _STRING),
        "namespace": _described("The namespace that the object lives in.", _STRING),
        "labels": _described("Key and value pairs to select objects by.", _STRINGS),
        "annotations": _described("Key and value pairs for tools to keep what they like.", _STRINGS),
        "finalizers": _described(
            "Must be empty before the object is removed.",
            {"type": "array", "items": _STRING, "x-kubernetes-list-type": "set"},
        ),
        "ownerReferences": _described(
            "Objects that this one belongs to.",
            {
                "type": "array",
                "items": OWNER,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["uid"],
            },
        ),
        "managedFields": _described("Who set which field.", {"type": "array", "items": {"type": "object"}}),
        "uid": _described("Unique for all time.", _STRING),
        "resourceVersion": _described("Changes with every write.", _STRING),
        "generation": _described("Changes with every write of spec.", {"type": "integer", "format": "int64"}),
        "creationTimestamp": _described("When the object was made.", _TIME),
        "deletionTimestamp": _described("When somebody asked for its deletion.", _TIME),
        "deletionGracePeriodSeconds": {"type": "integer", "format": "int64"},
        "selfLink": _STRING,
    },
}


def of(plural: str) -> Schema:
    """The schema of whole objects of that kind."""
    kind = registry.kind(plural)
    if kind is None:
        raise KeyError(plural)
    return _whole(kind)


@cache
def _whole(kind: Kind) -> Schema:
    own: Mapping[str, Any]
    if kind.schema is not None:
        own = kind.schema
    else:
        own = {
            "spec": _described("What is wanted.", of_model(kind.spec)),
            "status": _described("What was seen.", of_model(kind.status)),
        }
    head = {
        "apiVersion": _described("Group and version of the API.", _STRING),
        "kind": _described("What kind of object this is.", _STRING),
        "metadata": METADATA,
    }
    return {"type": "object", "description": kind.description, "properties": {**head, **own}}


@cache
def of_model(model: type[BaseModel]) -> Schema:
    """A model's schema without references, in the words of OpenAPI 3.0."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    schema: Schema = _plain(raw, raw.get("$defs", {}), ())
    return schema


def _plain(node: Any, defs: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_plain(n, defs, inside) for n in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in inside:  # a model that holds itself is open from there on
            return {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        beside = {k: v for k, v in node.items() if k != "$ref"}
        return _plain({**defs[name], **beside}, defs, (*inside, name))
    result = {k: _plain(v, defs, inside) for k, v in node.items() if k not in _FOREIGN and k != "properties"}
    if "properties" in node:
        result["properties"] = {k: _plain(v, defs, inside) for k, v in node["properties"].items()}
    return _words_of_openapi(result)


def _words_of_openapi(node: Schema) -> Schema:
    branches = node.get("anyOf") or node.get("oneOf")
    if branches:
        real = [b for b in branches if b.get("type") != "null"]
        if len(real) < len(branches):
            node["nullable"] = True
        if len(real) == 1:
            node = {k: v for k, v in node.items() if k not in ("anyOf", "oneOf")}
            node = {**real[0], **node}
        else:
            node = {k: v for k, v in node.items() if k != "oneOf"} | {"anyOf": real}
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "enum" in node and "type" not in node:
        node["type"] = "integer" if all(isinstance(v, int) for v in node["enum"]) else "string"
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if exclusive in node and not isinstance(node[exclusive], bool):
            node[limit], node[exclusive] = node[exclusive], True
    return {k: v for k, v in node.items() if not (k == "default" and v is None)}


def child(schema: Schema | None, key: str) -> Schema | None:
    """The schema of a field of an object; None where the schema leaves it open."""
    for candidate in candidates(schema):
        if key in candidate.get("properties", {}):
            found: Schema = candidate["properties"][key]
            return found
    for candidate in candidates(schema):
        more = candidate.get("additionalProperties")
        if isinstance(more, dict):
            return more
    return None


def candidates(schema: Schema | None) -> list[Schema]:
    """A schema and the branches it allows."""
    if schema is None:
        return []
    return [schema, *(c for b in schema.get("anyOf", ()) for c in candidates(b))]


def list_keys(schema: Schema | None) -> list[str]:
    """The keys that identify the items of a list; empty for atomic lists."""
    for candidate in candidates(schema):
        if keys := candidate.get("x-kubernetes-list-map-keys"):
            return list(keys)
    return []


def is_set(schema: Schema | None) -> bool:
    """Whether a list's items stand for themselves."""
    return any(c.get("x-kubernetes-list-type") == "set" for c in candidates(schema))


def items(schema: Schema | None) -> Schema | None:
    """The schema of a list's items."""
    return next((c["items"] for c in candidates(schema) if "items" in c), None)


def prune(schema: Schema | None, value: Any, path: str = "") -> tuple[Any, list[str]]:
    """`value` without the fields the schema does not know, and their paths."""
    if isinstance(value, list):
        kept, unknown = [], []
        for i, item in enumerate(value):
            pruned, more = prune(items(schema), item, f"{path}[{i}]")
            kept.append(pruned)
            unknown += more
        return kept, unknown
    if not isinstance(value, dict) or _open(schema):
        return value, []
    result: Document = {}
    unknown = []
    for key, held in value.items():
        where = f"{path}.{key}" if path else key
        found = child(schema, key)
        if found is None:
            unknown.append(where)
            continue
        result[key], more = prune(found, held, where)
        unknown += more
    return result, unknown


def _open(schema: Schema | None) -> bool:
    """Whether the schema takes any field: it says so, or says nothing about its fields."""
    known = candidates(schema)
    return not any(
        "properties" in c or isinstance(c.get("additionalProperties"), dict) for c in known
    ) or any(
        c.get("additionalProperties") is True or c.get("x-kubernetes-preserve-unknown-fields") for c in known
    )
