"""A driver in an OpenStack in memory, and what a cluster asks of it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    GroupRequest,
    MachineRequest,
    MachineState,
    NetworkRequest,
)
from provisioning.drivers.credential import CredentialRequest
from provisioning.drivers.endpoint import EndpointRequest
from provisioning.drivers.errors import Unavailable
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


def enter(monkeypatch: pytest.MonkeyPatch, **kind: bool) -> Cloud:
    """A cloud that every driver opened from now on is connected to."""
    made = Cloud(**kind)
    made.mount(monkeypatch.setattr)
    monkeypatch.setattr(scope, "_clouds", {})
    monkeypatch.setattr("time.sleep", lambda _: None)
    return made


def in_this_thread(patch: pytest.MonkeyPatch, name: str, instead: Callable[..., Any]) -> None:
    """Replace a function of `time` for the caller alone: the process has other threads, which go on with theirs."""
    usual, mine = getattr(time, name), threading.get_ident()

    def chosen(*arguments: Any) -> Any:
        return (instead if threading.get_ident() == mine else usual)(*arguments)

    patch.setattr(time, name, chosen)


def opened(password: str = "right", **settings: Any) -> Driver:
    """A driver as each pass opens it."""
    return open_driver("openstack", {**SETTINGS, **settings}, {"password": password})


def machine(name: str = "m", **more: Any) -> MachineRequest:
    """A request for a machine of the cluster."""
    usual = {"hostname": "web-cp-1", "ssh_key": "ssh-ed25519 AAAA", "group": "group"}
    return MachineRequest(name, TAGS, "net", "1.37.2", **{**usual, **more})


def prepared(**settings: Any) -> Driver:
    """A driver with the network and group that machines need."""
    driver = opened(**settings)
    driver.ensure_network(NetworkRequest("net", TAGS))
    driver.ensure_group(GroupRequest("group", TAGS, "net"))
    return driver


def make_all(driver: Driver) -> None:
    """What a cluster needs, in the order in which it is made."""
    driver.ensure_network(NetworkRequest("net", TAGS))
    driver.ensure_address(AddressRequest("address", TAGS, "net"))
    driver.ensure_group(GroupRequest("group", TAGS, "net"))
    made = [driver.ensure_machine(machine(name)) for name in ("m1", "m2")]
    members = {view.name: view.inside for view in made}
    assert driver.make_credential(CredentialRequest("credential", TAGS)).values["secret"]
    assert driver.has_credential("credential", TAGS)
    assert driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address", members)).ready
    assert {view.state for view in driver.list_machines(TAGS)} <= {
        MachineState.STARTING,
        MachineState.RUNNING,
    }


def delete_all(driver: Driver) -> None:
    """What a teardown does, in its order."""
    driver.delete_endpoint("endpoint", TAGS)
    driver.delete_credential("credential", TAGS)
    for name in ("m1", "m2"):
        driver.delete_machine(name, TAGS)
    driver.delete_group("group", TAGS)
    driver.delete_address("address", TAGS)
    driver.delete_network("net", TAGS)


def until_it_works(call: Callable[[Driver], None], driver: Driver) -> None:
    """Pass after pass, as the reconciler does."""
    for _ in range(5):
        try:
            return call(driver)
        except Unavailable:
            continue
    raise AssertionError("it never works")
