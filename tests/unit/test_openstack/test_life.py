"""What the openstack driver makes, finds again after lost answers, and leaves behind: nothing."""

import re
import time

import pytest

from provisioning.drivers.contract import NetworkRequest, OutsideKind
from provisioning.drivers.errors import Conflict, DriverError
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import (
    TAGS,
    delete_all,
    enter,
    in_this_thread,
    make_all,
    opened,
    until_it_works,
)

EVERYTHING = {
    (OutsideKind.NETWORK, "net"),
    (OutsideKind.ADDRESS, "address"),
    (OutsideKind.GROUP, "group"),
    (OutsideKind.ENDPOINT, "endpoint"),
    (OutsideKind.CREDENTIAL, "credential"),
    (OutsideKind.MACHINE, "m1"),
    (OutsideKind.MACHINE, "m2"),
}


@pytest.mark.parametrize("project", ["", "shared"])
def test_all_is_made_once_found_again_and_deleted(cloud: Cloud, project: str) -> None:
    make_all(opened(project=project))
    made = cloud.objects()
    make_all(opened(project=project))
    found = opened(project=project).sweep(TAGS)
    again = cloud.objects()
    delete_all(opened(project=project))

    assert again == made
    assert {(one.kind, one.name) for one in found} == EVERYTHING
    assert all(one.tags == TAGS for one in found)
    assert opened(project=project).sweep({**TAGS, "slipway/cluster": "another"}) == []
    assert cloud.objects() == {}
    assert opened(project=project).sweep(TAGS) == []


@pytest.mark.parametrize("trouble", ["its answer is lost", "the service fails"])
def test_any_call_can_fail_and_is_made_good_by_the_next_pass(
    monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Each distinct call of a whole life, one life for each."""
    cloud = enter(monkeypatch)
    make_all(opened())
    whole = cloud.objects()
    delete_all(opened())
    calls = sorted({_pattern(call) for call in cloud.calls})
    wrong: dict[str, object] = {}
    for call in calls:
        cloud = enter(monkeypatch)
        status = 0 if trouble == "its answer is lost" else 500
        cloud.fail(call, status, computeFault={"code": 500, "message": "Unexpected API Error."})
        until_it_works(make_all, opened())
        if cloud.objects() != whole:
            wrong[call] = cloud.objects()
        until_it_works(delete_all, opened())
        if left := cloud.objects():
            wrong[f"{call}, deleted"] = left
        assert not cloud.troubles[0].times, call

    assert len(calls) > 40
    assert wrong == {}


@pytest.mark.parametrize("call", ["delete_machine", "delete_network", "delete_address", "delete_group"])
def test_without_tags_it_is_looked_for_in_every_project(cloud: Cloud, call: str) -> None:
    make_all(opened())
    driver = opened()
    driver.delete_endpoint("endpoint")
    for name in ("m1", "m2"):
        driver.delete_machine(name)
    name = {"delete_network": "net", "delete_address": "address", "delete_group": "group"}.get(call, "m1")
    getattr(driver, call)(name)

    assert name not in {one.name for one in driver.sweep({})}


def test_a_project_goes_when_it_is_empty_and_not_before(cloud: Cloud) -> None:
    make_all(opened())
    (project,) = [one for one in opened().sweep({}) if one.kind is OutsideKind.PROJECT]
    with pytest.raises(Conflict, match="is not empty: 2 servers, 1 networks"):
        opened().delete_project(project.name)
    delete_all(opened())
    opened().delete_project(project.name)

    assert project.name.startswith("slipway-demo-")
    assert opened().sweep({}) == []
    assert [row["name"] for row in cloud.rows.of("identity/projects")] == ["admin", "shared"]


def test_a_network_goes_with_the_port_that_octavia_forgot(cloud: Cloud) -> None:
    driver = opened()
    driver.ensure_network(NetworkRequest("net", TAGS))
    (subnet,) = cloud.rows.of("network/subnets")
    owned = {"project_id": subnet["project_id"], "network_id": subnet["network_id"]}
    port = {"name": "octavia-lb-3fa85f64-5717-4562-b3fc-2c963f66afa6", "device_owner": "Octavia", **owned}
    cloud.rows.add("network/ports", **port, fixed_ips=[], security_groups=[], device_id="")
    driver.delete_network("net", TAGS)

    assert cloud.objects() == {}


def test_a_wrong_password_is_the_operators_and_is_not_quoted(cloud: Cloud) -> None:
    with pytest.raises(DriverError) as caught:
        opened(password="wrong").check()

    assert caught.value.code == "ProviderMisconfigured"
    assert "wrong" not in str(caught.value)


def _pattern(call: str) -> str:
    """The call whatever the ids in it."""
    return "^" + re.sub(r"[0-9a-f]{32}", "[0-9a-f]{32}", call) + "$"


def test_a_server_whose_host_is_lost_is_told_again_to_go(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(opened())
    began = time.monotonic()
    now = [began]
    in_this_thread(monkeypatch, "monotonic", lambda: now[0])
    in_this_thread(monkeypatch, "sleep", lambda seconds: now.append(now.pop() + seconds))
    for server in cloud.rows.of("compute/servers"):
        server["lost"] = True
    delete_all(opened())

    assert cloud.rows.of("compute/servers") == []
    assert now[0] - began < 60
