"""Whether the room has hosts for what is wanted: chosen as they would be, and not taken."""

from collections.abc import Sequence
from typing import Final

from provisioning.drivers.baremetal.book import Entry, PoolHost, host_of, host_place
from provisioning.drivers.baremetal.choosing import choose_host
from provisioning.drivers.baremetal.machines import Room
from provisioning.drivers.baremetal.shared import require_network
from provisioning.drivers.contract import NO_TAGS, MachineRequest, OutsideKind, Tags
from provisioning.drivers.endpoint import EndpointKind
from provisioning.drivers.errors import Conflict, DriverError, Invalid, QuotaExceeded
from provisioning.drivers.forecast import Forecast, Limit, MachineForecast, Size, Wanted
from provisioning.drivers.sizes import require_no_flavor

_TAKES: Final = {"machines": 1.0}


def limits(room: Room) -> list[Limit]:
    """A host that is not fit is none, unless somebody has it."""
    entries = room.book.entries(NO_TAGS)
    hosts = sum(1 for entry in entries if entry.place.startswith("host/"))
    free = len(_free(room.book.hosts(), entries))
    pool, taken = set(room.settings.pool()), {entry.place for entry in entries}
    used = sum(1 for address in pool if f"address/{address}" in taken)
    return [Limit("machines", hosts, hosts + free), Limit("addresses", used, len(pool))]


def forecast(room: Room, wanted: Wanted, tags: Tags) -> Forecast:
    """Each machine gets the host that it would get if all were made now, one after the other."""
    hosts, entries = room.book.hosts(), list(room.book.entries(NO_TAGS))
    return Forecast(
        tuple(_machine(hosts, entries, size, tags) for size in wanted.machines),
        {"addresses": int(wanted.address)},
        EndpointKind.VIRTUAL_IP,
        address_space=room.settings.network,
        problems=_in_the_way(room, wanted),
    )


def _free(hosts: Sequence[PoolHost], entries: Sequence[Entry]) -> list[PoolHost]:
    taken = {entry.place for entry in entries}
    return [host for host in hosts if host.fit and host_place(host.name) not in taken]


def _machine(hosts: Sequence[PoolHost], entries: list[Entry], size: Size, tags: Tags) -> MachineForecast:
    """What it takes is added to the entries. That no host at all is left, the limits say."""
    problem: DriverError | None = None
    try:
        require_no_flavor(size.flavor)
        request = MachineRequest(
            "another machine", tags, "", "", "", "",
            cpu=size.cpu, memory=size.memory, disk=size.disk, labels=size.labels,
        )  # fmt: skip
        entry = choose_host(hosts, entries, request)
        entries.append(Entry(OutsideKind.MACHINE, f"machine {len(entries)}", entry.place, tags))
        host = next(h for h in hosts if h.name == host_of(entries[-1]))
        return MachineForecast("", host.cpu, host.memory, host.disk, _TAKES)
    except Invalid as error:
        problem = error
    except QuotaExceeded as error:
        problem = error if _free(hosts, entries) else None
    return MachineForecast("", size.cpu, size.memory, size.disk, _TAKES, problem)


def _in_the_way(room: Room, wanted: Wanted) -> tuple[DriverError, ...]:
    try:
        if wanted.network:
            require_network(room, wanted.cidr)
    except (Conflict, Invalid) as error:
        return (error,)
    return ()
