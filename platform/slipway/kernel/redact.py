"""The one place that hides secrets before text reaches a log, an event, an error or a stored run."""

import re
from collections.abc import Iterable
from typing import Any

MASK = "********"

_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_BOOTSTRAP_TOKEN = re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b")
_ASSIGNED = re.compile(
    r"(?i)((?:\b|[\"'_-])(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|certificate[_-]?key"
    r"|client-key-data|authorization)[\"']?\s*[=:]\s*)([\"']?)([^\s\"',}]{4,})"
)
_SECRET_KEYS = re.compile(
    r"(?i)(password|passwd|secret|token|api_?key|private_?key|certificate_?key|client-key-data)"
)


def text(value: str, known: Iterable[str] = ()) -> str:
    """`value` with anything that looks like a secret masked, and every string of `known` too."""
    for secret in known:
        if len(secret) >= 4:
            value = value.replace(secret, MASK)
    value = _PEM.sub(MASK, value)
    value = _BEARER.sub(lambda m: f"{m[1]} {MASK}", value)
    value = _BOOTSTRAP_TOKEN.sub(MASK, value)
    return _ASSIGNED.sub(lambda m: f"{m[1]}{m[2]}{MASK}", value)


def document(value: Any, known: Iterable[str] = ()) -> Any:
    """A copy of a JSON document with the values of secret-looking keys and secret-looking text masked."""
    known = tuple(known)
    if isinstance(value, dict):
        return {
            k: MASK if _SECRET_KEYS.search(str(k)) and isinstance(v, str) and v else document(v, known)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [document(v, known) for v in value]
    return text(value, known) if isinstance(value, str) else value
