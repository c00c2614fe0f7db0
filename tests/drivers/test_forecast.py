"""The contract's obligations for forecasts: they make nothing, and come true."""

from collections import Counter

import pytest

from provisioning.drivers.contract import AddressRequest, Driver, GroupRequest, NetworkRequest
from provisioning.drivers.errors import Conflict, DriverError
from provisioning.drivers.forecast import Size, Wanted
from tests.drivers.conftest import RELEASE, Provider


def test_a_forecast_makes_nothing(provider: Provider, driver: Driver) -> None:
    wanted = Wanted(RELEASE, (Size(), Size()), network=True, address=True, group=True, endpoint=True)
    found = driver.forecast(wanted, provider.tags())

    assert len(found.machines) == 2
    assert found.problems == ()
    assert [one.problem for one in found.machines] == [None, None]
    assert driver.sweep({"slipway/installation": provider.installation}) == []


def test_what_is_made_takes_what_was_foretold(provider: Provider, driver: Driver) -> None:
    """Of everything that the provider counts."""
    wanted = Wanted(RELEASE, (Size(),), network=True, address=True, group=True)
    foretold = driver.forecast(wanted, provider.tags())
    takes = Counter(foretold.shared)
    takes.update(foretold.machines[0].takes)
    before = Counter({one.resource: one.used for one in driver.limits(provider.tags())})
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name
    driver.ensure_address(AddressRequest(provider.name("address"), provider.tags(), network))
    driver.ensure_group(GroupRequest(provider.name("group"), provider.tags(), network))
    provider.running(provider.machine("a", network, group=provider.name("group")))
    after = Counter({one.resource: one.used for one in driver.limits(provider.tags())})

    members = ("serverGroupMembers", "ports")  # of each group; of a network, when an agent serves it
    counted = {resource for resource in after if resource not in members}
    assert {r: after[r] - before[r] for r in counted} == {r: takes[r] for r in counted}
    assert after["ports"] - before["ports"] <= takes["ports"]


@pytest.mark.parametrize("size", [Size(cpu=4096), Size(flavor="no-such-flavor")])
def test_what_a_forecast_refuses_is_not_made(provider: Provider, size: Size) -> None:
    driver = provider.open(**({"cpu": 8} if provider.driver_name == "fake" else {}))
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name
    (foretold,) = driver.forecast(Wanted(RELEASE, (size,)), provider.tags()).machines
    limits = {one.resource: one.limit for one in driver.limits(provider.tags())}
    with pytest.raises(DriverError) as caught:
        driver.ensure_machine(provider.machine("a", network, cpu=size.cpu, flavor=size.flavor))

    too_much = 0 <= limits.get("cpu", -1) < foretold.takes.get("cpu", 0)
    assert too_much or (foretold.problem and foretold.problem.code == caught.value.code)
    assert driver.list_machines(provider.tags()) == []


def test_a_network_in_the_way_is_seen(maker: Provider) -> None:
    driver = maker.open()
    taken = driver.ensure_network(NetworkRequest(maker.name("net"), maker.tags())).cidr
    found = driver.forecast(Wanted(RELEASE, network=True, cidr=taken), maker.tags())

    assert [type(problem) for problem in found.problems] == [Conflict]
