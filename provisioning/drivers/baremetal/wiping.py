"""Takes everything of Slipway's off a host, and compares the host with what it was before."""

from collections.abc import Sequence
from typing import Final

from provisioning import conditions as c
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.scripts import locked, script
from provisioning.drivers.baremetal.session import Session

_HOME: Final = "/var/lib/slipway-host"
_LOOK: Final = f"cat {_HOME}/claim 2>/dev/null; echo --; cat {_HOME}/before 2>/dev/null; true"
_END: Final = f"rm -rf {_HOME} /run/lock/slipway-host.lock"
_SECONDS: Final = 180
_SHOWN: Final = 5


def wipe(host: Session, installation: str, directories: Sequence[str]) -> None:
    """HostUnclean says what is left. A host that we never marked is not touched at all."""
    mark, _, before = host.root(_LOOK).partition("--\n")
    if mark and mark.split()[0] != installation:
        raise HostFault(c.HOST_TAKEN, f"it belongs to another Slipway ({mark.split()[0]}): nothing was wiped")
    if not mark and not before:
        return
    host.root(locked("wipe"), *directories, seconds=_SECONDS)
    if left := differences(before, host.root(script("state"))):
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        text = f"after wiping it is not what it was before: {', '.join(left[:_SHOWN])}{more}"
        raise HostFault(c.HOST_UNCLEAN, text)
    host.root(_END)


def differences(before: str, after: str) -> list[str]:
    """What is there now and was not before: each a word for what it is, and its name."""
    return sorted(set(after.splitlines()) - set(before.splitlines()))
