"""The contract's obligations for storage, for sweeping, and for callers that are killed."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    GroupRequest,
    NetworkRequest,
    OutsideKind,
    StorageRequest,
)
from provisioning.drivers.endpoint import EndpointRequest
from provisioning.drivers.errors import QuotaExceeded
from tests.drivers.conftest import RELEASE, Provider

_MAKE_A_MACHINE = """
import importlib, json, sys
from provisioning.drivers.contract import MachineRequest
opener, driver, settings, secrets, request = json.loads(sys.argv[1])
print("begin", flush=True)
importlib.import_module(opener).open_driver(driver, settings, secrets).ensure_machine(MachineRequest(**request))
"""


def test_a_pool_is_made_once_and_is_where_machines_see_it(provider: Provider, driver: Driver) -> None:
    request = StorageRequest(provider.name("pool"), provider.tags(), capacity=2**20)
    made = driver.ensure_storage(request)

    assert provider.open().ensure_storage(request) == made
    assert not made.node_path or made.node_path.startswith(driver.check().pool_node_root + "/")
    driver.delete_storage(made.name)
    driver.delete_storage(made.name)
    assert driver.sweep(provider.tags()) == []


def test_a_pool_larger_than_the_provider_is_short_of_quota(provider: Provider) -> None:
    small = provider.open(**({"storage": 2**40} if provider.driver_name == "fake" else {}))

    with pytest.raises(QuotaExceeded):
        small.ensure_storage(StorageRequest(provider.name("pool"), provider.tags(), capacity=2**60))
    assert small.sweep(provider.tags()) == []


def test_a_sweep_finds_every_kind_with_its_tags(provider: Provider, driver: Driver) -> None:
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name
    address = driver.ensure_address(AddressRequest(provider.name("vip"), provider.tags(), network)).name
    driver.ensure_storage(StorageRequest(provider.name("pool"), provider.tags()))
    driver.ensure_group(GroupRequest(provider.name("group"), provider.tags(), network))
    driver.ensure_endpoint(EndpointRequest(provider.name("end"), provider.tags(), network, address))
    driver.ensure_machine(provider.machine("a", network))
    made = {
        OutsideKind.NETWORK: "net",
        OutsideKind.ADDRESS: "vip",
        OutsideKind.STORAGE: "pool",
        OutsideKind.GROUP: "group",
        OutsideKind.ENDPOINT: "end",
        OutsideKind.MACHINE: "a",
    }
    expected = {(kind, provider.name(name)) for kind, name in made.items() if kind in provider.records}

    found = provider.open().sweep(provider.tags())

    assert {(one.kind, one.name) for one in found} == expected
    assert all(one.tags == provider.tags() for one in found)
    assert expected <= {(one.kind, one.name) for one in driver.sweep({})}
    assert driver.sweep(provider.tags(cluster="another")) == []


def test_a_killed_caller_leaves_what_the_next_one_finishes_or_sweeps(
    provider: Provider, driver: Driver
) -> None:
    network = driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags())).name
    chance = Random(network)
    for round_ in range(4):
        _make_a_machine_and_be_killed(provider, network, after=chance.uniform(0, 0.8))
        if round_ % 2:
            _delete_until_nothing_is_swept(driver, provider)
        else:
            made = driver.ensure_machine(provider.machine("a", network))
            assert [machine.id for machine in driver.list_machines(provider.tags())] == [made.id]


def _delete_until_nothing_is_swept(driver: Driver, provider: Provider) -> None:
    """A provider can still be busy with the killed caller's request; that is swept a little later."""
    for _ in range(3):
        driver.delete_machine(provider.name("a"))
        time.sleep(0.5)
    assert {one.kind for one in driver.sweep(provider.tags())} == {OutsideKind.NETWORK}


def _make_a_machine_and_be_killed(provider: Provider, network: str, *, after: float) -> None:
    request = {"name": provider.name("a"), "tags": provider.tags(), "network": network}
    request |= {"release": RELEASE, "hostname": "a", "ssh_key": ""}
    document = json.dumps(
        [provider.opener, provider.driver_name, provider.settings, provider.secrets, request]
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _MAKE_A_MACHINE, document],
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin:/usr/sbin", "PYTHONPATH": f"{root}:{root / 'platform'}:{root / 'tests'}"},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()


def test_what_is_swept_says_when_it_was_made(provider: Provider, driver: Driver) -> None:
    before = datetime.now(UTC) - timedelta(minutes=5)
    driver.ensure_network(NetworkRequest(provider.name("net"), provider.tags()))
    (found,) = driver.sweep(provider.tags())

    assert before < datetime.fromisoformat(found.made_at) < datetime.now(UTC) + timedelta(minutes=5)


def test_a_machine_that_is_not_there_leaves_no_evidence(provider: Provider, driver: Driver) -> None:
    assert driver.evidence(provider.name("never"), provider.tags()) == ""
