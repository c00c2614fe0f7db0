"""The contract's obligations for machines, held by every driver."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

import pytest

from provisioning.drivers.contract import Driver, MachineState, NetworkRequest
from provisioning.drivers.errors import QuotaExceeded
from tests.drivers.conftest import Provider


@pytest.fixture
def network(provider: Provider, driver: Driver) -> str:
    return driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name


def test_a_machine_is_made_once_and_found_again(provider: Provider, driver: Driver, network: str) -> None:
    first = driver.ensure_machine(provider.machine("a", network))
    again = provider.running(provider.machine("a", network))

    assert first.name == provider.name("a")
    assert again.state is MachineState.RUNNING
    assert (again.id, again.address) == (first.id, first.address)
    assert again.tags == provider.tags()


def test_its_address_is_in_its_network(provider: Provider, driver: Driver, network: str) -> None:
    made = driver.ensure_machine(provider.machine("a", network))
    found = driver.find_network(network)

    assert found is not None
    assert ip_address(made.address) in ip_network(found.cidr)
    assert made.address != found.gateway


def test_asked_for_many_times_at_once_it_is_one_machine(
    provider: Provider, driver: Driver, network: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: driver.ensure_machine(provider.machine("a", network)), range(4)))

    assert len({machine.id for machine in made}) == 1
    assert [machine.id for machine in driver.list_machines(provider.tags())] == [made[0].id]


def test_machines_made_at_once_have_addresses_of_their_own(
    provider: Provider, driver: Driver, network: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: driver.ensure_machine(provider.machine(n, network)), "abcd"))

    assert len({machine.address for machine in made}) == 4


def test_a_list_has_the_machines_with_the_tags_and_no_other(
    provider: Provider, driver: Driver, network: str
) -> None:
    for name, cluster in (("a", "c1"), ("b", "c2")):
        driver.ensure_machine(provider.machine(name, network, tags=provider.tags(cluster=cluster)))

    names = [machine.name for machine in driver.list_machines(provider.tags(cluster="c2"))]

    assert names == [provider.name("b")]
    assert driver.list_machines({"slipway/installation": "someone-else"}) == []


def test_a_stopped_machine_says_so_and_comes_back_at_its_address(
    provider: Provider, driver: Driver, network: str
) -> None:
    before = provider.running(provider.machine("a", network))
    provider.stop(before.name)
    (stopped,) = driver.list_machines(provider.tags())
    driver.ensure_machine(provider.machine("b", network))  # must not get the stopped one's address
    provider.start(before.name)
    after = provider.running(provider.machine("a", network))

    assert stopped.state is MachineState.STOPPED
    assert stopped.message
    assert (after.id, after.address, after.state) == (before.id, before.address, MachineState.RUNNING)


def test_a_deleted_machine_is_gone_and_can_be_made_again(
    provider: Provider, driver: Driver, network: str
) -> None:
    before = driver.ensure_machine(provider.machine("a", network))
    driver.delete_machine(before.name)
    gone = driver.list_machines(provider.tags())
    driver.delete_machine(before.name)
    after = driver.ensure_machine(provider.machine("a", network))

    assert gone == []
    assert after.id != before.id


def test_deleted_many_times_at_once_it_is_gone_for_each(
    provider: Provider, driver: Driver, network: str
) -> None:
    name = driver.ensure_machine(provider.machine("a", network)).name

    def delete_and_look(_: int) -> list[str]:
        driver.delete_machine(name)
        return [machine.name for machine in driver.list_machines(provider.tags())]

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(delete_and_look, range(3))) == [[], [], []]


def test_a_machine_larger_than_the_provider_is_short_of_quota(provider: Provider, network: str) -> None:
    small = provider.open(**({"cpu": 8} if provider.driver_name == "fake" else {}))
    with pytest.raises(QuotaExceeded):
        small.ensure_machine(provider.machine("a", network, cpu=4096))
    assert small.list_machines(provider.tags()) == []
