"""Picks networks and addresses in the fake cloud: machines from the low end, addresses from the high."""

import json
import sqlite3
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from provisioning.drivers.errors import Conflict, Invalid, QuotaExceeded
from slipway.kernel.names import short_hash

_SPACE = IPv4Network("10.0.0.0/8")
_PREFIX = 22
_PUBLIC = IPv4Network("198.18.0.0/15")  # reserved for benchmarks: routed nowhere
_FIRST_MACHINE = 10


def choose_network(db: sqlite3.Connection, name: str, cidr: str) -> IPv4Network:
    """The asked-for network if nothing overlaps it, else a free one that follows from the name."""
    if cidr:
        return require_free(db, cidr)
    count = 1 << (_PREFIX - _SPACE.prefixlen)
    size = 1 << (32 - _PREFIX)
    start = int(short_hash(name), 16)
    for step in range(count):
        offset = (start + step) % count * size
        candidate = IPv4Network((int(_SPACE.network_address) + offset, _PREFIX))
        if not _overlapping(db, candidate):
            return candidate
    raise QuotaExceeded("the fake cloud has no free network left")


def require_free(db: sqlite3.Connection, cidr: str) -> IPv4Network:
    """The network, if nothing overlaps it."""
    wanted = _parse(cidr)
    if other := _overlapping(db, wanted):
        raise Conflict(f"the network {cidr} overlaps network {other}", field="spec.cidr")
    return wanted


def machine_address(db: sqlite3.Connection, network: str) -> str:
    """A free address for a machine."""
    net = _network(db, network)
    low = range(int(net.network_address) + _FIRST_MACHINE, int(net.broadcast_address))
    return _free(db, network, low)


def stable_address(db: sqlite3.Connection, network: str) -> str:
    """A free address to keep; without a network from the cloud's public range."""
    net = _network(db, network) if network else _PUBLIC
    high = range(int(net.broadcast_address) - 1, int(net.network_address) + 1, -1)
    return _free(db, network, high)


def _free(db: sqlite3.Connection, network: str, candidates: Iterable[int]) -> str:
    query = "SELECT json_extract(data, '$.address') FROM objects WHERE network = ? AND kind != 'network'"
    used = {row[0] for row in db.execute(query, (network,))}
    for number in candidates:
        if (address := str(IPv4Address(number))) not in used:
            return address
    raise QuotaExceeded(f"network {network or 'public'} has no free address left")


def _network(db: sqlite3.Connection, name: str) -> IPv4Network:
    row = db.execute("SELECT data FROM objects WHERE kind = 'network' AND name = ?", (name,)).fetchone()
    if row is None:
        raise Invalid(f"there is no network {name}")
    return IPv4Network(json.loads(row[0])["cidr"])


def _overlapping(db: sqlite3.Connection, wanted: IPv4Network) -> str:
    row = db.execute(
        "SELECT name FROM objects WHERE first <= ? AND last >= ? LIMIT 1",
        (int(wanted.broadcast_address), int(wanted.network_address)),
    ).fetchone()
    return str(row[0]) if row else ""


def _parse(cidr: str) -> IPv4Network:
    try:
        return IPv4Network(cidr)
    except ValueError as error:
        raise Invalid(f"{cidr!r} is not an IPv4 network such as 10.20.0.0/22", field="spec.cidr") from error
