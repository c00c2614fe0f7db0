"""Translates what the cloud's services say into the contract's errors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from provisioning.drivers.errors import DriverError, QuotaExceeded, Unavailable
from provisioning.drivers.openstack import sdk
from provisioning.drivers.openstack.sayings import BY_STATUS, FAULTS, SAYINGS
from slipway.kernel import redact

_LONGEST: Final = 500  # characters of the cloud's words that are passed on
_LONGEST_PEACE: Final = 600.0  # seconds
_QUOTED_INPUT: Final = re.compile(
    r"(Invalid input for field/attribute \S+?\.?)(\s+Value: .*|\s.*)", re.DOTALL
)
_REQUEST_ID: Final = re.compile(r"\s*\(HTTP \d+\)(\s*\(Request-ID: [^)]*\))?")
_NOVA_QUOTA: Final = re.compile(
    r"Quota exceeded for ([\w, ]+): Requested ([\d, ]+), but already used ([\d, ]+) of ([\d, ]+)"
)


@contextmanager
def translated(doing: str, secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """Whatever the cloud, its client or the network says inside becomes a DriverError about what was being done."""
    sdk.load()
    import requests
    from keystoneauth1.exceptions import ClientException
    from openstack.exceptions import SDKException

    try:
        yield
    except (SDKException, ClientException, requests.RequestException) as error:
        raise translate(error, doing, secrets) from None  # a cause would quote the request, with user_data


def translate(error: Exception, doing: str, secrets: tuple[str, ...] = ()) -> DriverError:
    """The contract's word for a foreign error."""
    found = _meaning(error, doing, secrets)
    if isinstance(found, Unavailable):
        found.retry_after = _peace(error)
    return found


def _meaning(error: Exception, doing: str, secrets: tuple[str, ...]) -> DriverError:
    said, status = words(error, secrets), _status(error)
    if match := _NOVA_QUOTA.search(said):
        return QuotaExceeded(f"cannot {doing}: {_short(match)}", foreign=said, field="spec.replicas")
    for saying in SAYINGS:
        if match := saying.words.search(said):
            known = {key: value or "" for key, value in match.groupdict().items()}
            blamed = {"field": saying.field} if saying.field else {}  # Unavailable blames no field
            return saying.kind(f"cannot {doing}: {saying.message.format(**known)}", foreign=said, **blamed)
    kind, meaning = BY_STATUS.get(status, (Unavailable, _unanswered(error, status)))
    return kind(f"cannot {doing}: {meaning}", foreign=said)


def words(error: Exception, secrets: tuple[str, ...] = ()) -> str:
    """What the cloud itself said: never what was sent to it, never a secret."""
    said = str(getattr(error, "details", None) or getattr(error, "message", None) or error)
    return tidy(said, secrets)


def tidy(said: str, secrets: tuple[str, ...] = ()) -> str:
    """Words fit to be shown: without ids of requests, quoted input and secrets, and not too long."""
    said = _QUOTED_INPUT.sub(r"\1", _REQUEST_ID.sub("", said))
    return redact.text(" ".join(said.split()), secrets)[:_LONGEST]


def fault(said: str) -> str:
    """What a server's fault means, with the cloud's words behind it."""
    said = tidy(said)
    for words_, meaning in FAULTS:
        if match := words_.search(said):
            return f"{meaning.format(**match.groupdict())} ({said})"
    return said or "the cloud does not say why"


def _short(match: re.Match[str]) -> str:
    """Nova names what was asked for, used and allowed in the same order: how much is short of each."""
    names, *numbers = (part.replace(" ", "").split(",") for part in match.groups())
    rows = zip(names, *numbers, strict=False)
    short = [(name, int(asked) + int(used) - int(limit)) for name, asked, used, limit in rows]
    return ", ".join(f"{name} short by {by}" for name, by in short if by > 0) or "the quota is used up"


def _peace(error: Exception) -> float:
    """Seconds for which the cloud asked to be left alone; a date, which HTTP permits too, no service sends."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    said = str(headers.get("Retry-After", ""))
    return min(float(said), _LONGEST_PEACE) if said.isdecimal() else 0.0


def _status(error: Exception) -> int:
    said: Any = getattr(error, "status_code", None) or getattr(error, "http_status", None)
    return said if isinstance(said, int) else 0


def _unanswered(error: Exception, status: int) -> str:
    if status >= 500:
        return f"the cloud failed (HTTP {status})"
    if status:
        return f"the cloud refuses for now (HTTP {status})"
    return "the cloud does not answer" if "imeout" in type(error).__name__ else "the cloud cannot be reached"
