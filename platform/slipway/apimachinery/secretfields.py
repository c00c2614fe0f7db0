"""Write-only spec fields: taken out of the document, kept encrypted beside it, never shown again."""

import copy
import json
from collections.abc import Iterable
from typing import Any

from slipway.apimachinery.kinds import Document, Kind
from slipway.apimachinery.models import SecretFields
from slipway.base import crypto

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def take_out(kind: Kind, document: Document) -> tuple[Document, dict[str, Any]]:
    """The document without its secrets (also where kubectl keeps a copy of the manifest), and the secrets."""
    if not kind.secret_fields:
        return document, {}
    bare = copy.deepcopy(document)
    taken: dict[str, Any] = {}
    for path in _paths(kind):
        found, value = _pop(bare, path)
        if found:
            _put(taken, path, value)
    annotations = (bare.get("metadata") or {}).get("annotations") or {}
    if isinstance(annotations.get(LAST_APPLIED), str):
        annotations[LAST_APPLIED] = _without_secrets(kind, annotations[LAST_APPLIED])
    return bare, taken


def put_back(document: Document, secrets: dict[str, Any]) -> Document:
    """The whole object, for validation: what the document says itself wins over what was kept."""
    return _merge(secrets, document) if secrets else document


def merged(kept: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Secrets after an update: given ones replace kept ones, those left out stay."""
    return _merge(kept, given)


def load(uid: str) -> dict[str, Any]:
    """The secrets of an object, shaped like the document: `{"spec": {...}}`."""
    row = SecretFields.objects.filter(uid=uid).first()
    return json.loads(crypto.decrypt(bytes(row.ciphertext))) if row else {}


def load_many(uids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The same for many objects at once, by uid."""
    rows = SecretFields.objects.filter(uid__in=list(uids))
    return {row.uid: json.loads(crypto.decrypt(bytes(row.ciphertext))) for row in rows}


def save(uid: str, secrets: dict[str, Any]) -> None:
    """Keep the secrets of an object."""
    SecretFields.objects.update_or_create(
        uid=uid, defaults={"ciphertext": crypto.encrypt(json.dumps(secrets))}
    )


def forget(uid: str) -> None:
    """The object is gone, its secrets go with it."""
    SecretFields.objects.filter(uid=uid).delete()


def _paths(kind: Kind) -> list[list[str]]:
    return [(p if p.startswith("spec.") else f"spec.{p}").split(".") for p in kind.secret_fields]


def _pop(document: Any, path: list[str]) -> tuple[bool, Any]:
    for part in path[:-1]:
        document = document.get(part) if isinstance(document, dict) else None
    if not isinstance(document, dict) or path[-1] not in document:
        return False, None
    return True, document.pop(path[-1])


def _put(document: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        document = document.setdefault(part, {})
    document[path[-1]] = value


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        before = result.get(key)
        result[key] = _merge(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result


def _without_secrets(kind: Kind, manifest: str) -> str:
    try:
        document = json.loads(manifest)
    except ValueError:
        return ""  # nobody can say what is in it
    for path in _paths(kind):
        _pop(document, path)
    return json.dumps(document, separators=(",", ":")) + "\n"
