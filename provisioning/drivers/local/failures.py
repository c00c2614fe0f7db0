"""Translates what the engine, its socket and the disk say into the contract's errors."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import requests
from docker.errors import APIError, DockerException

from provisioning.drivers.errors import Conflict, DriverError, Misconfigured, Unavailable
from slipway.kernel import redact

_DISK_FULL: Final = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)
_NO_PERMISSION: Final = re.compile(r"permission denied", re.IGNORECASE)
_SUBNET_TAKEN: Final = re.compile(r"pool overlaps|overlaps with other|conflicts with network", re.IGNORECASE)
_ADDRESS_TAKEN: Final = re.compile(r"address already in use|port is already allocated", re.IGNORECASE)
_NO_IMAGE: Final = re.compile(r"no such image", re.IGNORECASE)


@contextmanager
def translated(doing: str, *, disk: str) -> Iterator[None]:
    """Whatever fails inside becomes a DriverError that says what was being done; the engine is on `disk`."""
    try:
        yield
    except (DockerException, requests.RequestException, OSError) as error:
        raise translate(error, doing, disk) from error


def translate(error: Exception, doing: str, disk: str) -> DriverError:
    """The contract's word for a foreign error."""
    said = redact.text(str(getattr(error, "explanation", None) or error))
    if _DISK_FULL.search(said) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        full = getattr(error, "filename", None) or disk
        advice = "free some, for example with `docker system df` and `docker image prune`"
        return Misconfigured(f"cannot {doing}: the disk of {full} is full; {advice}", foreign=said)
    if not isinstance(error, APIError):
        return _unreachable(error, doing, said)
    return _refused(error, doing, said)


def is_address_taken(error: APIError) -> bool:
    """Whether the engine refused because an address is in use."""
    return bool(_ADDRESS_TAKEN.search(str(error.explanation)))


def is_subnet_taken(error: APIError) -> bool:
    """Whether the engine refused because a subnet is in use."""
    return bool(_SUBNET_TAKEN.search(str(error.explanation)))


def _refused(error: APIError, doing: str, said: str) -> DriverError:
    if _SUBNET_TAKEN.search(said):
        return Conflict(f"cannot {doing}: the subnet is in use on this host", foreign=said, field="spec.cidr")
    if _ADDRESS_TAKEN.search(said):
        return Conflict(f"cannot {doing}: an address or port that it needs is in use", foreign=said)
    if _NO_IMAGE.search(said):
        return Misconfigured(f"cannot {doing}: the node image is missing", foreign=said)
    if _status(error) >= 500 or _status(error) == 409:
        return Unavailable(f"cannot {doing}: the Docker engine failed", foreign=said)
    return Misconfigured(f"cannot {doing}: the Docker engine refused", foreign=said)


def _unreachable(error: Exception, doing: str, said: str) -> DriverError:
    if _NO_PERMISSION.search(said):
        return Misconfigured(
            f"cannot {doing}: no permission; run as root, or as a member of group docker",
            foreign=said,
        )
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return Misconfigured(f"cannot {doing}: the host's file system refused", foreign=said)
    return Unavailable(
        f"cannot {doing}: the Docker engine does not answer; is it running? See `docker info`", foreign=said
    )


def _status(error: APIError) -> int:
    return int(error.status_code or 500)
