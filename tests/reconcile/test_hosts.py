"""Claims in Slipway's own book: nobody is given a host twice, and what is asked for chooses."""

from collections import Counter

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from provisioning.drivers.baremetal.book import host_of
from provisioning.drivers.contract import AddressRequest
from provisioning.drivers.errors import QuotaExceeded
from provisioning.drivers.forecast import Limit, Size, Wanted
from provisioning.models import PoolEntry
from provisioning.reconcile.book import Book
from tests.reconcile.queueing import at_once
from tests.reconcile.rooms import Room, machine
from tests.support.bare.fake_hosts import FakeHost, FakeHosts


def test_twenty_at_once_get_different_hosts_or_none(room: Room) -> None:
    for number in range(12):
        room.add(f"h{number}")
    names = iter(f"m{number}" for number in range(20))

    def claim() -> str:
        try:
            return room.driver().ensure_machine(machine(next(names))).id.partition("/")[0]
        except QuotaExceeded:
            return ""

    got = Counter(at_once(20, claim))

    assert got.pop("") == 8
    assert set(got.values()) == {1}
    assert len(got) == 12


def test_twenty_at_once_for_one_machine_get_one_host(room: Room) -> None:
    for number in range(4):
        room.add(f"h{number}")

    got = at_once(20, lambda: room.driver().ensure_machine(machine("m")).id)

    assert len(set(got)) == 1
    assert PoolEntry.objects.filter(kind="machine").count() == 1


def test_the_database_itself_lets_no_host_be_taken_twice(room: Room) -> None:
    """Whoever forgets to ask: the last line of defence is a constraint."""
    PoolEntry.objects.create(provider="room", kind="machine", name="a", place="host/h1")
    with pytest.raises(IntegrityError):
        PoolEntry.objects.create(provider="other", kind="aside", name="b", place="host/h1")


def test_machines_of_one_sort_are_spread_over_racks_even_when_made_at_once(room: Room) -> None:
    for number in range(9):
        room.add(f"h{number}", domain=f"rack-{number % 3}")
    names = iter(["web-cp-1", "web-cp-2", "web-cp-3", "web-w-1", "web-w-2", "web-w-3"])

    at_once(6, lambda: room.driver().ensure_machine(machine(next(names))))

    sorts: dict[str, list[str]] = {"web-cp": [], "web-w": []}
    for entry in Book("room").entries({}, "machine"):
        sorts[entry.name.rpartition("-")[0]].append(room.get(host_of(entry))["spec"]["failureDomain"])
    assert {sort: sorted(racks) for sort, racks in sorts.items()} == {
        sort: ["rack-0", "rack-1", "rack-2"] for sort in sorts
    }


def test_labels_and_size_choose(room: Room) -> None:
    room.hosts = FakeHosts(big=FakeHost(cpu=32), small=FakeHost(cpu=2), gpu=FakeHost(cpu=2))
    room.add("big")
    room.add("gpu", labels={"gpu": "yes"})
    room.add("small")

    assert room.driver().ensure_machine(machine("a", cpu=8)).id.startswith("big/")
    assert room.driver().ensure_machine(machine("b", labels={"gpu": "yes"})).id.startswith("gpu/")
    with pytest.raises(QuotaExceeded, match="small has 2 cores"):
        room.driver().ensure_machine(machine("c", cpu=4))
    assert room.driver().ensure_machine(machine("d")).id.startswith("small/")


def test_the_fiftieth_costs_what_the_fifth_costs(room: Room) -> None:
    for number in range(51):
        room.add(f"h{number}")
    driver, costs = room.driver(), []
    for number in range(50):
        with CaptureQueriesContext(connection) as asked:
            host = driver.ensure_machine(machine(f"w-{number}")).id.partition("/")[0]
        costs.append((len(asked), room.fake(host).done.count("claim"), len(room.fake(host).done)))

    assert costs[49] == costs[4]


def test_addresses_are_taken_from_the_pool_until_it_is_empty(room: Room) -> None:
    requests = iter([AddressRequest(f"a{n}", machine("x").tags) for n in range(6)])

    def take() -> str:
        try:
            return room.driver().ensure_address(next(requests)).address
        except QuotaExceeded as error:
            return error.code

    got = Counter(at_once(6, take))

    assert got.pop("QuotaExceeded") == 2
    assert got == Counter(f"10.9.255.{n}" for n in range(1, 5))


def test_an_address_that_was_lost_is_had_again_while_nobody_has_it(room: Room) -> None:
    def take(name: str) -> str:
        request = AddressRequest(name, machine("x").tags, before="10.9.255.3")
        return room.driver().ensure_address(request).address

    assert [take("a"), take("b")] == ["10.9.255.3", "10.9.255.1"]


def test_a_forecast_gives_each_machine_the_host_that_it_would_get(room: Room) -> None:
    room.hosts = FakeHosts(big=FakeHost(cpu=32), small=FakeHost(cpu=2), gpu=FakeHost(cpu=2))
    room.add("big")
    room.add("gpu", labels={"gpu": "yes"})
    room.add("small")
    sizes = (Size(cpu=8), Size(labels={"gpu": "yes"}), Size(cpu=8), Size(), Size())
    found = room.driver().forecast(Wanted("1.37.2", sizes, address=True), machine("x").tags).machines

    assert [m.cpu for m in found[:2] + found[3:4]] == [32, 2, 2]
    assert found[2].problem is not None
    assert "small has 2 cores" in found[2].problem.message
    assert found[4].problem is None  # that there is no fifth host, the limits say
    assert PoolEntry.objects.count() == 0


def test_a_host_that_is_not_fit_is_no_room(room: Room) -> None:
    room.hosts = FakeHosts(h1=FakeHost(), h2=FakeHost(), h3=FakeHost(skew=90))
    for name in ("h1", "h2", "h3"):
        room.add(name)
    room.driver().ensure_machine(machine("m"))

    assert Limit("machines", 1, 2) in room.driver().limits({})
