"""Deterministic names: the same intent always has the same name, so that a retry finds what an earlier try made."""

import hashlib
import re

DNS_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")


def short_hash(*parts: str, length: int = 8) -> str:
    """A stable lower-case hex digest of the parts."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:length]


def outside_name(prefix: str, uid: str, limit: int = 60) -> str:
    """The name an object gets outside: readable prefix plus a hash of the uid, unique per installation."""
    suffix = short_hash(uid)
    return f"{prefix[: limit - len(suffix) - 1].rstrip('-')}-{suffix}"
