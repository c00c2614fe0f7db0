"""OpenAPI v3, one document per group and version: what `explain`, validation and code generators read."""

import hashlib
import json
from typing import Any

from slipway.apimachinery import discovery, patches, schemas
from slipway.apimachinery.kinds import Document, Kind, registry

_STRING = {"type": "string"}
_WRITE_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation")
_LIST_PARAMETERS = (
    *("allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion"),
    *("resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"),
)
_METHODS = {
    "collection": (("get", "list"), ("post", "create"), ("delete", "deletecollection")),
    "object": (("get", "get"), ("put", "update"), ("patch", "patch"), ("delete", "delete")),
}
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_STATUS = "io.k8s.apimachinery.pkg.apis.meta.v1.Status"


def index() -> Document:
    """`/openapi/v3`: where the documents are; the hash lets clients keep what they have."""
    paths = {}
    for group in ("", *(g["name"] for g in discovery.groups()["groups"])):
        for version in discovery.versions_of(group):
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            text = json.dumps(document(group, version), sort_keys=True)
            digest = hashlib.sha256(text.encode()).hexdigest()[:32].upper()
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def document(group: str, version: str) -> Document:
    """The OpenAPI document of one group and version."""
    kinds = [k for k in registry.kinds() if (k.group, k.version) == (group, version) and discovery.served(k)]
    paths: dict[str, Any] = {}
    components: dict[str, Any] = {_OBJECT_META: schemas.METADATA, _STATUS: {"type": "object"}}
    for kind in kinds:
        components[_name(kind)] = _component(kind)
        components[f"{_name(kind)}List"] = _list_component(kind)
        paths |= _paths(kind)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Slipway", "version": "v1"},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"BearerToken": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"BearerToken": []}],
    }


def _name(kind: Kind) -> str:
    domain = ".".join(reversed(kind.group.split("."))) if kind.group else "io.k8s.api.core"
    return f"{domain}.{kind.version}.{kind.kind}"


def _gvk(kind: Kind, suffix: str = "") -> dict[str, str]:
    return {"group": kind.group, "version": kind.version, "kind": kind.kind + suffix}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _component(kind: Kind) -> Document:
    whole = schemas.of(kind.plural)
    metadata = {
        "description": schemas.METADATA["description"],
        "allOf": [_reference(_OBJECT_META)],
        "default": {},
    }
    return {
        **whole,
        "properties": {**whole["properties"], "metadata": metadata},
        "x-kubernetes-group-version-kind": [_gvk(kind)],
    }


def _list_component(kind: Kind) -> Document:
    return {
        "type": "object",
        "description": f"A list of {kind.plural}.",
        "required": ["items"],
        "properties": {
            "apiVersion": _STRING,
            "kind": _STRING,
            "metadata": {"type": "object"},
            "items": {"type": "array", "items": _reference(_name(kind))},
        },
        "x-kubernetes-group-version-kind": [_gvk(kind, "List")],
    }


def _paths(kind: Kind) -> dict[str, Any]:
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    place = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    within = [_parameter("namespace", "path")] if kind.namespaced else []
    named = [*within, _parameter("name", "path")]
    paths = {
        place: {**_operations(kind, "collection"), "parameters": within},
        f"{place}/{{name}}": {**_operations(kind, "object"), "parameters": named},
    }
    if kind.namespaced:
        everywhere = {
            m: o for m, o in _operations(kind, "collection", "ForAllNamespaces").items() if m == "get"
        }
        paths[f"{root}/{kind.plural}"] = {**everywhere, "parameters": []}
    for extra in registry.subresources(kind.plural).values():
        paths[f"{place}/{{name}}/{extra.name}"] = {
            **{
                "get" if verb == "get" else "post": {
                    "operationId": f"{verb}{kind.kind}{extra.name.capitalize()}",
                    "responses": {"200": {"description": "OK"}},
                }
                for verb in extra.verbs
            },
            "parameters": named,
        }
    return {path: item for path, item in paths.items() if len(item) > 1}


def _operations(kind: Kind, scope: str, suffix: str = "") -> dict[str, Any]:
    verbs = [(method, verb) for method, verb in _METHODS[scope] if verb in kind.verbs]
    return {method: _operation(kind, verb, suffix) for method, verb in verbs}


def _operation(kind: Kind, verb: str, suffix: str) -> Document:
    parameters: tuple[str, ...] = ()
    if verb in ("create", "update", "patch"):
        parameters = (*_WRITE_PARAMETERS, *(("force",) if verb == "patch" else ()))
    elif verb in ("list", "deletecollection"):
        parameters = _LIST_PARAMETERS
    elif verb == "delete":
        parameters = ("dryRun", "propagationPolicy")
    answer = _STATUS if verb.startswith("delete") else f"{_name(kind)}List" if verb == "list" else _name(kind)
    operation: Document = {
        "operationId": f"{verb}{kind.kind}{suffix}",
        "tags": [kind.plural],
        "parameters": [_parameter(name, "query") for name in parameters],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": _reference(answer)}}}
        },
        "x-kubernetes-action": {"create": "post", "update": "put"}.get(verb, verb),
        "x-kubernetes-group-version-kind": _gvk(kind),
    }
    if verb in ("create", "update"):
        content = {"application/json": {"schema": _reference(_name(kind))}}
        operation["requestBody"] = {"required": True, "content": content}
    elif verb == "patch":
        content = {media: {"schema": {"type": "object"}} for media in patches.SUPPORTED}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameter(name: str, place: str) -> Document:
    schema: dict[str, Any] = {"type": "string"}
    if name in ("watch", "force", "allowWatchBookmarks", "sendInitialEvents"):
        schema = {"type": "boolean"}
    elif name in ("limit", "timeoutSeconds"):
        schema = {"type": "integer"}
    return {"name": name, "in": place, "schema": schema, **({"required": True} if place == "path" else {})}
