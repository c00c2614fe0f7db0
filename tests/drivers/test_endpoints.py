"""The contract's obligations for groups, endpoints and limits, held by every driver."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from provisioning.drivers.contract import AddressRequest, Driver, GroupRequest, NetworkRequest, OutsideKind
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest, EndpointView
from provisioning.drivers.errors import Unavailable
from tests.drivers.conftest import Provider


@pytest.fixture
def network(provider: Provider, driver: Driver) -> str:
    return driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name


@pytest.fixture
def address(provider: Provider, driver: Driver, network: str) -> str:
    return driver.ensure_address(AddressRequest(provider.name("vip"), provider.tags(), network)).name


def ready(provider: Provider, request: EndpointRequest) -> EndpointView:
    """A provider may take several calls."""
    for _ in range(6):
        if (view := provider.open().ensure_endpoint(request)).ready:
            return view
        time.sleep(1)
    raise AssertionError(view)


def test_a_group_is_made_once_and_its_machines_are_made_in_it(
    provider: Provider, driver: Driver, network: str
) -> None:
    request = GroupRequest(provider.name("group"), provider.tags(), network)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: driver.ensure_group(request), range(4)))
    made = driver.ensure_machine(provider.machine("a", network, group=request.name))
    groups = [one for one in driver.sweep(provider.tags()) if one.kind is OutsideKind.GROUP]

    assert made.name == provider.name("a")
    assert len(groups) == (1 if OutsideKind.GROUP in provider.records else 0)


def test_a_deleted_group_is_gone_and_deleting_it_again_is_fine(
    provider: Provider, driver: Driver, network: str
) -> None:
    driver.ensure_group(GroupRequest(provider.name("group"), provider.tags(), network))
    driver.delete_group(provider.name("group"), provider.tags())
    driver.delete_group(provider.name("group"))

    assert [one.name for one in driver.sweep(provider.tags())] == [network]


def test_an_endpoint_keeps_its_addresses_whatever_its_members(
    provider: Provider, driver: Driver, network: str, address: str
) -> None:
    claimed = driver.ensure_address(AddressRequest(address, provider.tags(), network)).address
    name, tags = provider.name("end"), provider.tags()
    first = driver.ensure_endpoint(EndpointRequest(name, tags, network, address))
    machine = driver.ensure_machine(provider.machine("a", network))
    members = {machine.name: machine.inside or machine.address}
    second = ready(provider, EndpointRequest(name, tags, network, address, members))
    third = ready(provider, EndpointRequest(name, tags, network, address))

    assert second == third
    assert (first.kind, first.inside, first.public) == (second.kind, second.inside, second.public)
    assert second.public == claimed
    assert second.inside
    assert second.kind in (EndpointKind.VIRTUAL_IP, EndpointKind.EXTERNAL)


def test_a_deleted_endpoint_is_gone_and_its_address_stays(
    provider: Provider, driver: Driver, network: str, address: str
) -> None:
    driver.ensure_endpoint(EndpointRequest(provider.name("end"), provider.tags(), network, address))
    driver.delete_endpoint(provider.name("end"), provider.tags())
    driver.delete_endpoint(provider.name("end"))

    assert {one.name for one in driver.sweep(provider.tags())} == {network, address}


def test_an_endpoint_without_its_address_waits_for_it(
    provider: Provider, driver: Driver, network: str
) -> None:
    request = EndpointRequest(provider.name("end"), provider.tags(), network, provider.name("nothing"))

    with pytest.raises(Unavailable, match=provider.name("nothing")):
        driver.ensure_endpoint(request)


def test_nothing_is_over_its_limit(provider: Provider, driver: Driver) -> None:
    found = driver.limits(provider.tags())

    assert len({one.resource for one in found}) == len(found)
    assert [one for one in found if 0 <= one.limit < one.used] == []
