"""Takes everything of Slipway's off a host, and compares the host with what it was before."""

from collections.abc import Sequence
from typing import Final

from provisioning import conditions as c
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.scripts import locked, script
from provisioning.drivers.baremetal.session import Session

_SECONDS: Final = 180
_SHOWN: Final = 5


def wipe(host: Session, installation: str, machine: str, directories: Sequence[str]) -> None:
    """HostUnclean says what is left. A host that this machine never marked is not touched at all."""
    said = host.root(locked("wipe"), installation, machine, script("state"), *directories, seconds=_SECONDS)
    lines = said.splitlines()
    if taken := [line.removeprefix("taken ") for line in lines if line.startswith("taken ")]:
        raise HostFault(c.HOST_TAKEN, f"it belongs to another Slipway ({taken[0]}): nothing was wiped")
    if left := [line.removeprefix("left ") for line in lines if line.startswith("left ")]:
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        text = f"after wiping it is not what it was before: {', '.join(left[:_SHOWN])}{more}"
        raise HostFault(c.HOST_UNCLEAN, text)
