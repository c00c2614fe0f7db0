"""metadata: what the server stamps, what never changes, and the syntax of names, labels and annotations."""

import re
import secrets
import uuid
from typing import Any

from slipway.apimachinery.errors import Conflict, Invalid
from slipway.apimachinery.kinds import Document, FieldError, Kind
from slipway.kernel.conditions import timestamp
from slipway.kernel.names import DNS_LABEL

_SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_QUALIFIED_NAME = re.compile(r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
_LABEL_VALUE = re.compile(r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")
_ANNOTATIONS_LIMIT = 256 * 1024
_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # no vowels: no words by accident
_SERVER_OWNED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")
_KNOWN = {
    *("name", "namespace", "generateName", "labels", "annotations", "finalizers", "ownerReferences"),
    *("managedFields", "resourceVersion", "selfLink", *_SERVER_OWNED),
}


def stamp(kind: Kind, document: Document) -> Document:
    """A new object's metadata as the server owns it."""
    given = document.get("metadata") or {}
    name = given.get("name") or generated(given.get("generateName") or "")
    metadata: dict[str, Any] = {k: v for k, v in given.items() if k in _KNOWN and v not in (None, {}, [], "")}
    for owned in (*_SERVER_OWNED, "resourceVersion", "selfLink"):
        metadata.pop(owned, None)
    metadata |= {"name": name, "uid": str(uuid.uuid4()), "creationTimestamp": timestamp(), "generation": 1}
    if not kind.namespaced:
        metadata.pop("namespace", None)
    missing = [f for f in kind.finalizers if f not in metadata.get("finalizers", [])]
    if missing:
        metadata["finalizers"] = [*metadata.get("finalizers", []), *missing]
    return _ordered(kind, document, metadata)


def generated(prefix: str) -> str:
    """`prefix` with five random letters, or nothing without a prefix."""
    return prefix[:58] + "".join(secrets.choice(_SUFFIX_LETTERS) for _ in range(5)) if prefix else ""


def carry_over(kind: Kind, old: Document, new: Document) -> Document:
    """`new` with what never changes taken from `old`; a different uid or resourceVersion is a conflict."""
    given, before = dict(new.get("metadata") or {}), old["metadata"]
    name = before["name"]
    if given.get("uid") not in (None, "", before["uid"]):
        raise Conflict(
            kind.plural,
            name,
            f"the UID in the precondition is {given['uid']}, the object's is {before['uid']}",
        )
    if given.get("resourceVersion") not in (None, "", before.get("resourceVersion")):
        raise Conflict(kind.plural, name)
    errors = [
        FieldError(f"metadata.{fixed}", "field is immutable")
        for fixed in ("name", "namespace")
        if given.get(fixed) not in (None, "", before.get(fixed))
    ]
    if errors:
        raise Invalid(kind.plural, name, errors)
    metadata = {k: v for k, v in given.items() if k in _KNOWN and v not in (None, {}, [], "")}
    for owned in ("name", "namespace", "generateName", "resourceVersion", *_SERVER_OWNED):
        metadata.pop(owned, None)
        if owned in before:
            metadata[owned] = before[owned]
    return _ordered(kind, new, metadata)


def finalizer_errors(kind: Kind, old: Document, new: Document) -> list[FieldError]:
    """A kind's own finalizers are taken off by the platform alone, and none is added during deletion."""
    before, after = (set(d["metadata"].get("finalizers", [])) for d in (old, new))
    errors = []
    held = before & set(kind.finalizers) - after
    if held:
        message = f"{', '.join(sorted(held))} is taken off by the platform when nothing is left outside"
        errors.append(FieldError("metadata.finalizers", message, "FieldValueForbidden"))
    if after - before and old["metadata"].get("deletionTimestamp"):
        message = "no new finalizers can be added if the object is being deleted"
        errors.append(FieldError("metadata.finalizers", message, "FieldValueForbidden"))
    return errors


def errors_of(kind: Kind, document: Document) -> list[FieldError]:
    """Everything wrong with the metadata."""
    metadata = document["metadata"]
    errors = _name_errors(metadata.get("name", ""))
    if kind.namespaced and not DNS_LABEL.match(metadata.get("namespace") or ""):
        errors.append(FieldError("metadata.namespace", "a namespace is required", "FieldValueRequired"))
    errors += label_errors("metadata.labels", metadata.get("labels"))
    errors += _map_errors("metadata.annotations", metadata.get("annotations"), values=None)
    errors += _list_errors(metadata)
    return errors


def label_errors(path: str, given: Any) -> list[FieldError]:
    """Everything wrong with a map of labels, be they of our objects or of a cluster's nodes."""
    return _map_errors(path, given, values=_LABEL_VALUE)


def _ordered(kind: Kind, document: Document, metadata: dict[str, Any]) -> Document:
    head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
    return {**head, **{k: v for k, v in document.items() if k not in head}}


def _name_errors(name: Any) -> list[FieldError]:
    if not name:
        return [FieldError("metadata.name", "name or generateName is required", "FieldValueRequired")]
    if not isinstance(name, str) or len(name) > 253 or not _SUBDOMAIN.match(name):
        message = (
            f'"{name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '
            "'-' or '.', and must start and end with an alphanumeric character"
        )
        return [FieldError("metadata.name", message)]
    return []


def _map_errors(path: str, given: Any, values: re.Pattern[str] | None) -> list[FieldError]:
    if given is None:
        return []
    if not isinstance(given, dict):
        return [FieldError(path, "must be a map of strings")]
    errors = []
    for key, value in given.items():
        prefix, slash, short = key.rpartition("/")
        if not _QUALIFIED_NAME.match(short) or (
            slash and not (len(prefix) <= 253 and _SUBDOMAIN.match(prefix))
        ):
            errors.append(FieldError(path, f'"{key}": not a qualified name such as example.com/my-name'))
        if not isinstance(value, str):
            errors.append(FieldError(f"{path}.{key}", "must be a string"))
        elif values and not values.match(value):
            message = (
                f'"{value}": at most 63 letters, digits, "-", "_" or ".", with a letter or digit at both ends'
            )
            errors.append(FieldError(path, message))
    if values is None and sum(len(k) + len(str(v)) for k, v in given.items()) > _ANNOTATIONS_LIMIT:
        errors.append(FieldError(path, f"must have at most {_ANNOTATIONS_LIMIT} bytes"))
    return errors


def _list_errors(metadata: dict[str, Any]) -> list[FieldError]:
    errors = []
    finalizers = metadata.get("finalizers", [])
    if not isinstance(finalizers, list) or not all(isinstance(f, str) for f in finalizers):
        errors.append(FieldError("metadata.finalizers", "must be a list of strings"))
    owners = metadata.get("ownerReferences", [])
    if not isinstance(owners, list):
        return [*errors, FieldError("metadata.ownerReferences", "must be a list")]
    for i, owner in enumerate(owners):
        errors += [
            FieldError(f"metadata.ownerReferences[{i}].{key}", "must not be empty", "FieldValueRequired")
            for key in ("apiVersion", "kind", "name", "uid")
            if not isinstance(owner, dict) or not owner.get(key)
        ]
    if sum(1 for o in owners if isinstance(o, dict) and o.get("controller")) > 1:
        errors.append(
            FieldError("metadata.ownerReferences", "only one reference can have controller set to true")
        )
    return errors


def owner_uid(document: Document) -> str:
    """The uid of the controller, or of the first owner."""
    owners: list[dict[str, Any]] = document["metadata"].get("ownerReferences") or []
    controller = next((o for o in owners if o.get("controller")), owners[0] if owners else None)
    return str(controller["uid"]) if controller else ""
