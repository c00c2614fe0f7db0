"""Arithmetic of subnets and of the addresses in them. Pure: what is in use comes from the callers."""

import re
import socket
import struct
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from provisioning.drivers.subnets import turned

_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - the mask of the default route, nothing is bound
_NAT_SOURCE: Final = re.compile(r"-s (\S+).* -j MASQUERADE")


def machine_addresses(subnet: IPv4Network, name: str, taken: Iterable[str]) -> Iterator[str]:
    """Free addresses for a machine: the lower three quarters less the gateway, in the name's order.

    Machines made at once start at different places, so that they rarely ask for the same address.
    """
    first, reserved = int(subnet.network_address) + 2, int(_reserved(subnet).network_address)
    return _free(range(first, reserved), name, taken)


def stable_addresses(subnet: IPv4Network, name: str) -> Iterator[str]:
    """Addresses that machines never get: the upper quarter less broadcast, in the name's order."""
    upper = _reserved(subnet)
    return _free(range(int(upper.network_address), int(upper.broadcast_address)), name, ())


def routed_subnets(table: str) -> list[IPv4Network]:
    """The destinations in the text of /proc/net/route, less the default route."""
    rows = (line.split() for line in table.splitlines()[1:])
    found = [(_little_endian(row[1]), _little_endian(row[7])) for row in rows if len(row) > 7]
    return [IPv4Network(f"{address}/{mask}", strict=False) for address, mask in found if mask != _EVERYWHERE]


def nat_subnets(rules: str) -> list[IPv4Network]:
    """The sources that rules in the words of `iptables -S` hide behind the host's address."""
    return [IPv4Network(match[1], strict=False) for match in _NAT_SOURCE.finditer(rules)]


def _reserved(subnet: IPv4Network) -> IPv4Network:
    return list(subnet.subnets(prefixlen_diff=2))[3]


def _free(numbers: range, name: str, taken: Iterable[str]) -> Iterator[str]:
    used = set(taken)
    addresses = (str(IPv4Address(number)) for number in turned(numbers, name))
    return (address for address in addresses if address not in used)


def _little_endian(number: str) -> str:
    return socket.inet_ntoa(struct.pack("<L", int(number, 16)))
