"""Chooses Nova's word for a machine's size. Pure: the flavors come from the caller."""

import math
from collections.abc import Iterable
from typing import Any

from provisioning.drivers.errors import Invalid, Misconfigured, QuotaExceeded
from provisioning.drivers.forecast import Size
from slipway.kernel import quantity

_MIB, _GIB = 2**20, 2**30


def choose(
    request: Size, flavors: Iterable[Any], *, image_memory: int, image_disk: int, own_disk: bool
) -> Any:
    """The named flavor, else the smallest that fits the machine and its image (MiB, GiB).

    `own_disk`: the root disk is the flavor's own, not a volume.
    """
    offered = sorted(flavors, key=lambda f: (f.ram, f.vcpus, f.disk, f.name))
    if not offered:
        raise Misconfigured(
            "the cloud offers none of the flavors that machines may have", field="spec.settings.flavors"
        )
    names = ", ".join(f.name for f in offered)
    if request.flavor:
        for flavor in offered:
            if request.flavor in (flavor.name, flavor.id):
                return flavor
        raise Invalid(f"there is no flavor {request.flavor}; there are {names}", field="machine.flavor")
    memory = max(math.ceil(request.memory / _MIB), image_memory)
    disk = max(math.ceil(request.disk / _GIB), image_disk) if own_disk else 0
    cores = math.ceil(request.cpu)
    for flavor in offered:
        if flavor.vcpus >= cores and flavor.ram >= memory and flavor.disk >= disk:
            return flavor
    raise _too_large(request, offered, cores, memory, disk)


def _too_large(request: Size, offered: list[Any], cores: int, memory: int, disk: int) -> QuotaExceeded:
    most = {key: max(getattr(f, key) for f in offered) for key in ("vcpus", "ram", "disk")}
    asked = (
        f"{request.cpu:g} cores, {quantity.human(memory * _MIB)} memory, {quantity.human(disk * _GIB)} disk"
    )
    has = f"{most['vcpus']}, {quantity.human(most['ram'] * _MIB)} and {quantity.human(most['disk'] * _GIB)}"
    field = "machine.cpu" if cores > most["vcpus"] else "machine.memory" if memory > most["ram"] else ""
    return QuotaExceeded(
        f"no flavor has {asked}; the most that any has is {has}", field=field or "machine.disk"
    )
