"""Servers in OpenStack that fail, hang, stop and come back, and what is said of them."""

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    MachineState,
)
from provisioning.drivers.errors import Exhausted, Misconfigured
from slipway.kernel.errors import Actor
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import TAGS, in_this_thread, machine, prepared

CLUSTER = TAGS["slipway/cluster"]


def test_a_server_in_error_says_what_nova_said(cloud: Cloud) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    (server,) = cloud.rows.of("compute/servers")
    server |= {"status": "ERROR", "fault": {"code": 500, "message": "No valid host was found. "}}
    (found,) = driver.list_machines(TAGS)

    assert found.state is MachineState.FAILED
    assert found.message == "the cloud has no room for a machine of this flavor (No valid host was found.)"
    assert driver.ensure_machine(machine("m")).state is MachineState.FAILED


def test_the_end_of_a_console_is_told_without_secrets(cloud: Cloud) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    before = driver.evidence("m", TAGS)  # Nova has none of a server that no host ever took
    cloud.rows.of("compute/servers")[0]["console"] = "cloud-init failed, password=hunter22222"

    assert before == ""
    assert driver.evidence("m", TAGS) == "cloud-init failed, password=********"
    assert driver.evidence("nobody", TAGS) == ""


def test_a_build_that_does_not_end_has_failed(cloud: Cloud) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    cloud.rows.of("compute/servers")[0] |= {"status": "BUILD", "created": "2026-01-01T00:00:00Z"}
    (found,) = driver.list_machines(TAGS)

    assert found.state is MachineState.FAILED
    assert "has not finished building it in an hour" in found.message


def test_an_external_network_that_is_full_is_the_operators(cloud: Cloud) -> None:
    driver = prepared()
    said = "No more IP addresses available on network 6f1c."
    cloud.fail(
        "POST /network/v2.0/floatingips", 409, NeutronError={"type": "X", "message": said, "detail": ""}
    )
    with pytest.raises(Exhausted) as caught:
        driver.ensure_address(AddressRequest("address", TAGS, "net"))

    assert (caught.value.code, caught.value.actor) == ("ProviderExhausted", Actor.OPERATOR)
    assert caught.value.foreign == said
    assert driver.ensure_address(AddressRequest("address", TAGS, "net")).address


def test_a_volume_that_is_stuck_is_the_operators(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    csi = {"cinder.csi.openstack.org/cluster": CLUSTER}
    volume = cloud.rows.add("volume/volumes", name="pvc-1", metadata=csi, status="detaching")
    ticks = iter(range(0, 10_000, 60))
    in_this_thread(monkeypatch, "monotonic", lambda: float(next(ticks)))
    with pytest.raises(Misconfigured, match=f"stuck in detaching.*{volume['id']}"):
        prepared().delete_volume("pvc-1")


def test_a_stopping_server_is_started_once_it_has_stopped(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    (server,) = cloud.rows.of("compute/servers")
    server |= {"status": "ACTIVE", "OS-EXT-STS:task_state": "powering-off"}
    (seen,) = driver.list_machines(TAGS)
    stopped = {"status": "SHUTOFF", "OS-EXT-STS:task_state": None}
    in_this_thread(monkeypatch, "sleep", lambda _: server.update(stopped))
    started = driver.ensure_machine(machine("m"))

    assert (seen.state, started.state) == (MachineState.STOPPED, MachineState.RUNNING)


def test_a_server_whose_deletion_failed_is_deleted_again(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    (server,) = cloud.rows.of("compute/servers")
    server |= {"OS-EXT-STS:task_state": "deleting"}
    failed = {
        "status": "ERROR",
        "OS-EXT-STS:task_state": None,
        "fault": {"message": "virDomainDestroy() failed"},
    }
    in_this_thread(monkeypatch, "sleep", lambda _: server.update(failed))
    driver.delete_machine("m", TAGS)

    assert cloud.rows.of("compute/servers") == []


def test_a_server_that_comes_up_is_not_started_again(cloud: Cloud) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    (server,) = cloud.rows.of("compute/servers")
    server |= {"status": "SHUTOFF", "OS-EXT-STS:task_state": "powering-on"}
    cloud.calls.clear()

    assert driver.ensure_machine(machine("m")).state is MachineState.STARTING
    assert [call for call in cloud.calls if call.startswith("POST")] == []


def test_of_two_servers_of_one_name_one_is_kept(cloud: Cloud) -> None:
    driver = prepared()
    made = driver.ensure_machine(machine("m"))
    (server,) = cloud.rows.of("compute/servers")
    cloud.rows.add(
        "compute/servers", **{k: v for k, v in server.items() if k not in ("id", "created_at", "tags")}
    )

    assert [one.id for one in driver.list_machines({})] == [made.id]
    assert driver.ensure_machine(machine("m")).id == made.id
    assert len(cloud.rows.of("compute/servers")) == 1
