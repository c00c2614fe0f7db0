"""What machines of this host would be, and whether it is large enough for each of them."""

from typing import Final

from provisioning.drivers.endpoint import EndpointKind
from provisioning.drivers.errors import Conflict, DriverError, Invalid, QuotaExceeded
from provisioning.drivers.forecast import Forecast, MachineForecast, Size, Wanted
from provisioning.drivers.local import facts, images, machines
from provisioning.drivers.local.engine import Engine
from provisioning.drivers.local.host import HostFacts
from provisioning.drivers.local.networks import require_free
from provisioning.drivers.sizes import require_no_flavor
from provisioning.drivers.subnets import parse

_REFUSED: Final = (Invalid, QuotaExceeded)


def forecast(engine: Engine, wanted: Wanted, address_space: str) -> Forecast:
    """Nothing is counted here: cores and memory can be promised more than once."""
    found = facts.host_facts(engine)
    image = images.newest(engine, wanted.release)
    return Forecast(
        tuple(_machine(size, found) for size in wanted.machines),
        {"networks": int(wanted.network), "addresses": int(wanted.address)},
        EndpointKind.VIRTUAL_IP,
        image.image if image else f"{images.REPOSITORY}:{wanted.release}",
        image is not None,
        address_space,
        _in_the_way(engine, wanted),
    )


def _in_the_way(engine: Engine, wanted: Wanted) -> tuple[DriverError, ...]:
    try:
        if wanted.network and wanted.cidr:
            require_free(engine, parse(wanted.cidr))
    except (Conflict, Invalid) as error:
        return (error,)
    return ()


def _machine(size: Size, found: HostFacts) -> MachineForecast:
    """Disk is the host's: it has no limit of its own."""
    problem: DriverError | None = None
    try:
        require_no_flavor(size.flavor)
        machines.require_room(size, found)
    except _REFUSED as error:
        problem = error
    takes = {"machines": 1, "cpu": size.cpu, "memory": size.memory}
    return MachineForecast("", size.cpu, size.memory, 0, takes, problem)
