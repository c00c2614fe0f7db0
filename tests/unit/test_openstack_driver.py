"""The openstack driver against an OpenStack in memory: what it makes, what it finds again, what it leaves."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    EndpointKind,
    EndpointRequest,
    GroupRequest,
    MachineRequest,
    MachineState,
    NetworkRequest,
    OutsideKind,
    StorageRequest,
)
from provisioning.drivers.errors import Conflict, Invalid, Misconfigured, QuotaExceeded, Unavailable
from provisioning.drivers.openstack import scope
from provisioning.drivers.registry import open_driver
from tests.support.openstack.cloud import URL, Cloud

TAGS = {
    "slipway/installation": "i" * 12,
    "slipway/tenant": "demo",
    "slipway/owner": "6f1c3a52-0000-4000-8000-000000000001",
    "slipway/cluster": "6f1c3a52-0000-4000-8000-000000000002",
}
SETTINGS = {"authUrl": f"{URL}/identity/v3", "username": "slipway", "image": "node"}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    made = Cloud()
    made.mount(monkeypatch.setattr)
    monkeypatch.setattr(scope, "_clouds", {})
    monkeypatch.setattr("time.sleep", lambda _: None)
    return made


def opened(**settings: Any) -> Driver:
    return open_driver("openstack", {**SETTINGS, **settings}, {"password": "right"})


def machine(name: str = "m", **more: Any) -> MachineRequest:
    return MachineRequest(name, TAGS, "net", "1.37.2", "web-cp-1", "ssh-ed25519 AAAA", **{"group": "group", **more})


def make_all(driver: Driver) -> None:
    """What a cluster needs, in the order in which it is made."""
    driver.ensure_network(NetworkRequest("net", TAGS))
    driver.ensure_address(AddressRequest("address", TAGS, "net"))
    driver.ensure_group(GroupRequest("group", TAGS, "net"))
    made = [driver.ensure_machine(machine(name)) for name in ("m1", "m2")]
    members = {view.name: view.inside for view in made}
    assert driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address", members)).ready
    assert {view.state for view in driver.list_machines(TAGS)} <= {MachineState.STARTING, MachineState.RUNNING}


def delete_all(driver: Driver) -> None:
    driver.delete_endpoint("endpoint", TAGS)
    for name in ("m1", "m2"):
        driver.delete_machine(name, TAGS)
    driver.delete_group("group", TAGS)
    driver.delete_address("address", TAGS)
    driver.delete_network("net", TAGS)


def until_it_works(call: Callable[[Driver], None], driver: Driver) -> None:
    for _ in range(5):
        try:
            return call(driver)
        except Unavailable:
            continue
    raise AssertionError("it never works")


@pytest.mark.parametrize("project", ["", "shared"])
def test_all_is_made_once_found_again_and_deleted(cloud: Cloud, project: str) -> None:
    before = cloud.objects()
    make_all(opened(project=project))
    made = cloud.objects()
    make_all(opened(project=project))
    found = {(one.kind, one.name) for one in opened(project=project).sweep(TAGS)}
    again = cloud.objects()
    delete_all(opened(project=project))

    assert again == made
    assert found == {
        (OutsideKind.NETWORK, "net"),
        (OutsideKind.ADDRESS, "address"),
        (OutsideKind.GROUP, "group"),
        (OutsideKind.ENDPOINT, "endpoint"),
        (OutsideKind.MACHINE, "m1"),
        (OutsideKind.MACHINE, "m2"),
    }
    assert cloud.objects() == before
    assert opened(project=project).sweep(TAGS) == []
