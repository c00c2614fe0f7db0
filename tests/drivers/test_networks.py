"""The contract's obligations for networks and addresses, held by every driver."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

import pytest

from provisioning.drivers.contract import AddressRequest, Driver, NetworkRequest
from provisioning.drivers.errors import Conflict, Invalid
from tests.drivers.conftest import Provider


def test_a_network_is_made_once_and_found_again(provider: Provider, driver: Driver) -> None:
    request = NetworkRequest(provider.name("net"), provider.tags())
    made = driver.ensure_network(request)

    assert provider.open().ensure_network(request) == made
    assert driver.find_network(made.name) == made
    assert ip_address(made.gateway) in ip_network(made.cidr)


@pytest.mark.parametrize("cidr", ["", "10.199.35.0/24"])
def test_asked_for_many_times_at_once_it_is_one_network(maker: Provider, cidr: str) -> None:
    request = NetworkRequest(maker.name("net"), maker.tags(), cidr=cidr)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: maker.open().ensure_network(request), range(4)))

    assert len(set(made)) == 1
    assert len(maker.open().sweep(maker.tags())) == 1


def test_networks_that_are_chosen_do_not_overlap(maker: Provider) -> None:
    with ThreadPoolExecutor(3) as pool:
        requests = [NetworkRequest(maker.name(n), maker.tags()) for n in "abc"]
        a, b, c = (ip_network(made.cidr) for made in pool.map(maker.open().ensure_network, requests))

    assert [a.overlaps(b), a.overlaps(c), b.overlaps(c)] == [False, False, False]


def test_a_cidr_is_used_as_given(maker: Provider) -> None:
    made = maker.open().ensure_network(NetworkRequest(maker.name("net"), maker.tags(), cidr="10.199.32.0/24"))

    assert made.cidr == "10.199.32.0/24"


def test_an_overlapping_cidr_is_a_conflict_that_names_what_is_there(maker: Provider) -> None:
    first = maker.open().ensure_network(NetworkRequest(maker.name("one"), maker.tags()))

    with pytest.raises(Conflict) as caught:
        maker.open().ensure_network(NetworkRequest(maker.name("two"), maker.tags(), cidr=first.cidr))

    assert caught.value.field == "spec.cidr"
    assert first.name in caught.value.message
    assert maker.open().find_network(maker.name("two")) is None


def test_a_network_cannot_move_to_another_cidr(maker: Provider) -> None:
    made = maker.open().ensure_network(NetworkRequest(maker.name("net"), maker.tags()))

    with pytest.raises(Conflict, match=made.cidr):
        maker.open().ensure_network(NetworkRequest(made.name, maker.tags(), cidr="10.199.33.0/24"))


@pytest.mark.parametrize("cidr", ["10.0.0.1/24", "all of it", "fd00::/64"])
def test_a_cidr_that_is_none_is_invalid(provider: Provider, driver: Driver, cidr: str) -> None:
    with pytest.raises(Invalid) as caught:
        driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags(), cidr=cidr))

    assert caught.value.field == "spec.cidr"


def test_a_deleted_network_is_gone_and_deleting_it_again_is_fine(provider: Provider, driver: Driver) -> None:
    made = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags()))
    driver.delete_network(made.name)
    driver.delete_network(made.name)

    assert driver.find_network(made.name) is None


def test_a_network_in_use_is_not_deleted(provider: Provider, driver: Driver) -> None:
    made = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags()))
    driver.ensure_machine(provider.machine("a", made.name))

    with pytest.raises(Conflict):
        driver.delete_network(made.name)
    assert driver.find_network(made.name) == made


def test_an_address_is_claimed_once_and_kept(provider: Provider, driver: Driver) -> None:
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags()))
    request = AddressRequest(provider.name("vip"), provider.tags(), network.name)
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: driver.ensure_address(request), range(4)))

    assert len(set(claimed)) == 1
    assert not provider.addresses_inside or ip_address(claimed[0].address) in ip_network(network.cidr)
    assert provider.open().ensure_address(request) == claimed[0]


def test_no_address_is_given_twice(maker: Provider) -> None:
    network = maker.open().ensure_network(
        NetworkRequest(maker.name("net"), maker.tags(), cidr="10.199.34.0/26")
    )
    requests = [AddressRequest(maker.name(f"vip{i}"), maker.tags(), network.name) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        claimed = {view.address for view in pool.map(maker.open().ensure_address, requests)}
    machine = maker.open().ensure_machine(maker.machine("a", network.name))

    assert len(claimed) == 8
    assert machine.address not in claimed


def test_an_address_that_was_given_up_can_be_claimed_by_another(provider: Provider, driver: Driver) -> None:
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags()))
    name = provider.name("vip")
    driver.ensure_address(AddressRequest(name, provider.tags(), network.name))
    driver.delete_address(name)
    driver.delete_address(name)

    assert [found.name for found in driver.sweep(provider.tags())] == [network.name]
