"""Which subnets of an address space are free. Pure: what is taken comes from the callers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Final, TypeVar

from provisioning.drivers.errors import Invalid
from slipway.kernel.names import short_hash

T = TypeVar("T")

PREFIX: Final = 22  # 762 machines and 256 addresses


def parse(cidr: str) -> IPv4Network:
    """The network that a tenant wrote down, if it is one that machines and addresses fit into."""
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        raise Invalid(f"{cidr!r} is not an IPv4 network such as 172.30.4.0/22", field="spec.cidr") from error
    if network.prefixlen > 26:
        raise Invalid(f"{cidr} is too small for machines and addresses: /26 at least", field="spec.cidr")
    return network


def free_subnets(space: IPv4Network, name: str, taken: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """The /22s of the space that overlap nothing, in an order that the name gives.

    The same name starts at the same place, so that a network made again gets its old subnet if it can.
    """
    taken = list(taken)
    for candidate in turned(list(space.subnets(new_prefix=PREFIX)), name):
        if not any(candidate.overlaps(other) for other in taken):
            yield candidate


def first_overlap(wanted: IPv4Network, taken: Mapping[str, Iterable[IPv4Network]]) -> str:
    """What stands in the way of the wanted network, in words; empty if nothing does."""
    overlaps = (f"{what} ({net})" for what, nets in taken.items() for net in nets if wanted.overlaps(net))
    return next(overlaps, "")


def turned(items: Sequence[T], name: str) -> Iterator[T]:
    """All items, from a place on that the name gives."""
    start = int(short_hash(name), 16) % len(items)
    return (items[(start + step) % len(items)] for step in range(len(items)))
