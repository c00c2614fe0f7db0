"""Which subnets and addresses the local driver takes, given what is in use on the host."""

from ipaddress import IPv4Network
from itertools import islice

import pytest

from provisioning.drivers import subnets as space
from provisioning.drivers.local import subnets

SPACE = IPv4Network("172.30.0.0/15")
NET = IPv4Network("172.30.4.0/22")

ROUTES = """Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
tun0\t00041EAC\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0
"""
NAT_RULES = """-P POSTROUTING ACCEPT
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.30.4.0/22 ! -o br-0123456789ab -j MASQUERADE
-A POSTROUTING -s 10.9.9.9/32 -d 10.9.9.9/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A POSTROUTING -j OTHER
"""


def test_chosen_subnets_lie_in_the_space_and_overlap_nothing() -> None:
    taken = [IPv4Network("172.30.0.0/16"), IPv4Network("172.31.0.0/17")]

    chosen = list(space.free_subnets(SPACE, "net", taken))

    assert len(chosen) == 32
    assert all(net.subnet_of(IPv4Network("172.31.128.0/17")) for net in chosen)


def test_a_full_space_has_none() -> None:
    assert list(space.free_subnets(SPACE, "net", [IPv4Network("172.16.0.0/12")])) == []


def test_the_same_name_gets_the_same_subnet_and_others_start_elsewhere() -> None:
    first = [next(space.free_subnets(SPACE, name, [])) for name in ("a", "a", "b", "c", "d")]

    assert first[0] == first[1]
    assert len(set(first)) > 2


def test_machines_and_stable_addresses_never_meet() -> None:
    machines = set(subnets.machine_addresses(NET, "m", ()))
    stable = set(subnets.stable_addresses(NET, "a"))

    assert not machines & stable
    assert not {"172.30.4.0", "172.30.4.1", "172.30.7.255"} & (machines | stable)
    assert (len(machines), len(stable)) == (766, 255)


def test_a_machine_gets_no_address_that_is_taken() -> None:
    taken = list(islice(subnets.machine_addresses(NET, "m", ()), 100))

    assert next(subnets.machine_addresses(NET, "m", taken)) not in taken


def test_routes_are_read_without_the_default_route() -> None:
    assert subnets.routed_subnets(ROUTES) == [IPv4Network("172.17.0.0/16"), NET]
    assert subnets.routed_subnets("") == []


def test_rules_of_a_killed_engine_are_seen() -> None:
    assert NET in subnets.nat_subnets(NAT_RULES)
    assert subnets.nat_subnets("") == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("172.30.4.0/24", "a stale rule (172.30.4.0/22)"),
        ("172.16.0.0/12", "a stale rule"),
        ("10.0.0.0/24", ""),
    ],
)
def test_an_overlap_is_named(wanted: str, said: str) -> None:
    found = space.first_overlap(IPv4Network(wanted), {"a stale rule": [NET], "a route": []})

    assert found.startswith(said)
    assert bool(found) == bool(said)
