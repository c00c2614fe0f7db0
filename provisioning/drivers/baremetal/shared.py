"""What is not a host: the room's network under a name, addresses out of the pool, and storage pools on the hosts."""

from collections.abc import Sequence

from provisioning.drivers import subnets
from provisioning.drivers.baremetal.book import Choice, Entry, host_of
from provisioning.drivers.baremetal.machines import Room
from provisioning.drivers.contract import (
    AddressRequest,
    AddressView,
    NetworkRequest,
    NetworkView,
    OutsideKind,
    StorageRequest,
    StorageView,
)
from provisioning.drivers.errors import Conflict, Invalid, QuotaExceeded, Unavailable
from slipway.kernel import quantity


def ensure_network(room: Room, request: NetworkRequest) -> NetworkView:
    """The one network that there is, under this name as well."""
    require_network(room, request.cidr)
    room.book.take(
        OutsideKind.NETWORK, request.name, request.tags, lambda _: Choice(f"network/{request.name}")
    )
    return _network(room, request.name)


def require_network(room: Room, cidr: str) -> None:
    """Conflict for another cidr: it would need switches that Slipway does not have."""
    there = room.settings.network
    if cidr and str(subnets.parse(cidr)) != there:
        text = f"the hosts are in the network {there}, and {cidr} cannot be made: leave cidr out"
        raise Conflict(text, field="spec.cidr")


def find_network(room: Room, name: str) -> NetworkView | None:
    return _network(room, name) if room.book.find(OutsideKind.NETWORK, name) else None


def delete_network(room: Room, name: str) -> None:
    """Its name is forgotten; Conflict while a machine was made in it."""
    for entry in room.book.entries({}, OutsideKind.MACHINE):
        if entry.data.get("network") == name:
            raise Conflict(f"network {name} is in use by machine {entry.name} on host {host_of(entry)}")
    _forget(room, OutsideKind.NETWORK, name)


def ensure_address(room: Room, request: AddressRequest) -> AddressView:
    """The one that it had before, else the first of the pool that nobody has."""

    def choose(entries: Sequence[Entry]) -> Choice:
        taken = {entry.place for entry in entries}
        free = [a for a in room.settings.pool() if f"address/{a}" not in taken]
        if free:
            return Choice(f"address/{request.before if request.before in free else free[0]}")
        count = sum(1 for _ in room.settings.pool())
        text = f"all {count} addresses of the provider are taken: free one, or add to its settings.addresses"
        raise QuotaExceeded(text)

    entry = room.book.take(OutsideKind.ADDRESS, request.name, request.tags, choose)
    return AddressView(request.name, entry.place.removeprefix("address/"), entry.place)


def require_address(room: Room, name: str) -> str:
    """Unavailable when it is gone, since the next pass takes one again."""
    if entry := room.book.find(OutsideKind.ADDRESS, name):
        return entry.place.removeprefix("address/")
    raise Unavailable(f"there is no address {name}")


def delete_address(room: Room, name: str) -> None:
    _forget(room, OutsideKind.ADDRESS, name)


def ensure_storage(room: Room, request: StorageRequest) -> StorageView:
    """A directory of that name on every host that has a volume in it; it goes when the host is given back."""
    types = room.settings.storage_types
    if request.type and request.type not in types:
        text = f"there is no storage type {request.type!r}; there are: {', '.join(types) or 'none'}"
        raise Invalid(text, field="spec.type")
    free = sum(host.disk for host in room.book.hosts())
    new = room.book.find(OutsideKind.STORAGE, request.name) is None
    if new and not request.type and request.capacity > free:  # how full other file systems are, nobody looked
        text = f"{quantity.human(request.capacity)} are asked for, all hosts have {quantity.human(free >> 20 << 20)}"
        raise QuotaExceeded(f"{text} free", field="spec.capacity")
    room.book.take(
        OutsideKind.STORAGE, request.name, request.tags, lambda _: Choice(f"storage/{request.name}")
    )
    directory = f"{room.settings.directory(request.type)}/{request.name}"
    return StorageView(request.name, f"storage/{request.name}", directory)


def delete_storage(room: Room, name: str) -> None:
    """No cluster names it any more, and what it held on a host went with the last machine there."""
    _forget(room, OutsideKind.STORAGE, name)


def _network(room: Room, name: str) -> NetworkView:
    return NetworkView(name, room.settings.network, room.settings.router, f"network/{name}")


def _forget(room: Room, kind: OutsideKind, name: str) -> None:
    if entry := room.book.find(kind, name):
        room.book.drop(entry)
