"""Each kind of object in OpenStack: what is asked of the cloud, and what is made of its answers."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from provisioning.drivers.contract import (
    NetworkRequest,
    StorageRequest,
)
from provisioning.drivers.errors import Conflict, Invalid, Misconfigured, QuotaExceeded
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import TAGS, machine, make_all, opened, prepared

CLUSTER = TAGS["slipway/cluster"]


def asked(cloud: Cloud) -> dict[str, Any]:
    """What Nova was asked for last."""
    return dict(cloud.rows.of("compute/servers")[-1]["asked"])


def test_a_list_costs_one_call_whatever_the_number_of_machines(cloud: Cloud) -> None:
    driver = prepared()
    for name in "abcde":
        driver.ensure_machine(machine(name))
    driver.list_machines(TAGS)
    cloud.calls.clear()
    found = opened().list_machines(TAGS)

    assert len(found) == 5
    assert [call for call in cloud.calls if "servers" in call] == cloud.calls
    assert len(cloud.calls) == 1


def test_every_object_is_marked_also_when_it_was_never_tagged(cloud: Cloud) -> None:
    make_all(opened())
    for kind in ("ports", "networks", "routers", "subnets", "security-groups", "floatingips"):
        for row in cloud.rows.of(f"network/{kind}", lambda r: bool(r["description"])):
            assert f"slipway:cluster={CLUSTER}" in row["tags"]
            row["tags"] = []
    found = opened().sweep(TAGS)

    assert len(found) == 7
    assert all(one.tags == TAGS for one in found)


@pytest.mark.parametrize(
    ("extension", "later"),
    [
        ("tag-creation", set[str]()),
        (
            "tag-ports-during-bulk-creation",
            {"networks", "subnets", "routers", "security-groups", "floatingips"},
        ),
    ],
)
def test_what_can_take_its_tags_when_it_is_made_is_not_tagged_afterwards(
    cloud: Cloud, extension: str, later: set[str]
) -> None:
    cloud.rows.add("network/extensions", alias=extension)
    make_all(opened())
    tagged = {call.split("/")[-3] for call in cloud.calls if call.endswith("/tags")}

    assert tagged == later
    assert all(f"slipway:cluster={CLUSTER}" in row["tags"] for row in cloud.rows.of("network/routers"))


def test_a_machine_is_asked_for_with_port_group_zone_and_flavor(cloud: Cloud) -> None:
    driver = prepared(availabilityZones=["a", "b"])
    driver.ensure_machine(machine("m", cpu=1.5, memory=2 * 2**30, disk=15 * 2**30, hostname="web-cp-2"))
    wanted = asked(cloud)
    server = wanted["server"]
    flavors = {row["id"]: row["name"] for row in cloud.rows.of("compute/flavors")}
    (port,) = cloud.rows.of("network/ports", lambda p: p["name"] == "m")

    assert flavors[server["flavorRef"]] == "medium"
    assert server["availability_zone"] == "b"
    assert server["networks"] == [{"port": port["id"]}]
    assert wanted["OS-SCH-HNT:scheduler_hints"]["group"]
    assert port["security_groups"] == [row["id"] for row in cloud.rows.of("network/security-groups")]
    assert server["metadata"]["slipway:cluster"] == CLUSTER
    assert f"slipway:cluster={CLUSTER}" in server["tags"]


def test_cloud_init_is_told_name_and_keys(cloud: Cloud) -> None:
    prepared().ensure_machine(machine("m", ssh_host_key="-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"))
    text = base64.b64decode(asked(cloud)["server"]["user_data"]).decode()
    config = json.loads(text.removeprefix("#cloud-config\n"))

    assert config["hostname"] == "web-cp-1"
    assert config["ssh_authorized_keys"] == ["ssh-ed25519 AAAA"]
    assert config["ssh_keys"]["ed25519_private"].startswith("-----BEGIN")
    assert not config["disable_root"]


def test_its_root_disk_can_be_a_volume_of_a_type(cloud: Cloud) -> None:
    prepared(bootFromVolume=True, volumeType="fast").ensure_machine(machine("m", disk=30 * 2**30))
    (volume,) = asked(cloud)["server"]["block_device_mapping_v2"]

    assert (volume["volume_size"], volume["volume_type"]) == (30, "fast")
    assert volume["delete_on_termination"] is True


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"flavor": "nope"}, "machine.flavor"),
        ({"cpu": 64}, "machine.cpu"),
        ({"memory": 2**50}, "machine.memory"),
    ],
)
def test_a_size_that_there_is_not_blames_the_field(cloud: Cloud, more: dict[str, Any], field: str) -> None:
    with pytest.raises((Invalid, QuotaExceeded)) as caught:
        prepared().ensure_machine(machine("m", **more))

    assert caught.value.field == field
    assert cloud.rows.of("network/ports", lambda p: p["name"] == "m") == []


def test_an_image_that_is_missing_is_named(cloud: Cloud) -> None:
    with pytest.raises(Misconfigured, match=r"slipway-node-1\.37\.2"):
        prepared(image="slipway-node-{release}").ensure_machine(machine("m"))


def test_a_machine_is_reached_by_a_floating_ip_or_directly(cloud: Cloud) -> None:
    floating = prepared().ensure_machine(machine("f"))
    direct = prepared(machineAccess="direct").ensure_machine(machine("d"))

    assert floating.address.startswith("203.0.113.")
    assert floating.inside.startswith("172.3")
    assert direct.address == direct.inside


def test_a_group_has_exactly_its_rules_again_after_somebody_changed_them(cloud: Cloud) -> None:
    prepared()

    def rules() -> set[tuple[Any, ...]]:
        found = cloud.rows.of("network/security-group-rules")
        return {(r["protocol"], r.get("port_range_min"), r.get("remote_ip_prefix")) for r in found}

    before = rules()
    first = cloud.rows.of("network/security-group-rules")[0]
    first["port_range_min"] = first["port_range_max"] = 1
    prepared()

    assert rules() == before
    assert ("tcp", 22, "0.0.0.0/0") in before
    assert ("tcp", 2379, None) in before


def test_a_pool_is_a_type_with_room_in_the_quota(cloud: Cloud) -> None:
    driver = opened(project="shared")

    assert driver.ensure_storage(StorageRequest("pool", TAGS, 2**30, "fast")).node_path == ""
    assert driver.ensure_storage(StorageRequest("pool", TAGS)).id
    with pytest.raises(Invalid, match="the cloud has: fast") as caught:
        driver.ensure_storage(StorageRequest("pool", TAGS, 2**30, "slow"))
    with pytest.raises(QuotaExceeded, match="90Gi free"):
        driver.ensure_storage(StorageRequest("pool", TAGS, 2**40, "fast"))
    assert caught.value.field == "spec.type"


def test_limits_come_from_every_service(cloud: Cloud) -> None:
    driver = prepared()
    driver.ensure_machine(machine("m"))
    found = {one.resource: (one.used, one.limit) for one in driver.limits(TAGS)}

    assert found["cpu"] == (1, 20)
    assert found["machines"] == (1, -1)
    assert found["memory"] == (2**30, 51200 * 2**20)
    assert found["floatingIPs"] == (1, 100)
    assert found["storage"] == (10 * 2**30, 100 * 2**30)
    assert found["loadBalancers"] == (0, 10)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"externalNetwork": "nope"}, "externalNetwork"),
        ({"availabilityZones": ["nowhere"]}, "availabilityZones"),
        ({"flavors": ["huge"]}, "flavors"),
        ({"volumeType": "slow"}, "volumeType"),
    ],
)
def test_a_setting_that_the_cloud_does_not_have_is_found_by_check(
    cloud: Cloud, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        opened(**settings).check()

    assert caught.value.field == f"spec.settings.{field}"


def test_check_shows_what_the_cloud_offers(cloud: Cloud) -> None:
    facts = opened().check().facts

    assert facts["zones"] == "a, b"
    assert facts["endpoint"] == "load balancers of Octavia"
    assert facts["compute"] == "Nova 2.93"


@pytest.mark.parametrize(
    "settings",
    [
        {"authUrl": "http://cloud"},
        {"authUrl": "http://cloud", "username": "u", "applicationCredentialId": "a"},
        {"authUrl": "cloud", "username": "u"},
        {"authUrl": "http://cloud", "username": "u", "addressSpace": "10.0.0.0/24"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    from provisioning.drivers.registry import open_driver

    secrets = {"password": "p", "applicationCredentialSecret": "s"} if len(settings) > 2 else {}
    with pytest.raises(Invalid):
        open_driver("openstack", settings, secrets)


def test_a_network_of_another_range_is_a_conflict_before_anything_is_made(cloud: Cloud) -> None:
    driver = prepared()
    taken = driver.find_network("net").cidr
    with pytest.raises(Conflict, match="network net"):
        driver.ensure_network(NetworkRequest("other", TAGS, cidr=taken))

    assert driver.find_network("other") is None
    assert [router["name"] for router in cloud.rows.of("network/routers")] == ["net"]


def test_a_subnet_of_ipv6_that_somebody_added_is_not_taken_for_the_networks_own(cloud: Cloud) -> None:
    driver = prepared()
    made = driver.find_network("net")
    (own,) = cloud.rows.of("network/subnets", lambda row: row["network_id"] == made.id)
    cloud.rows.add(
        "network/subnets", **{**own, "id": "six", "name": "six", "ip_version": 6, "cidr": "fd00::/64"}
    )
    subnets = cloud.rows.by_kind["network/subnets"]
    subnets[own["id"]] = subnets.pop(own["id"])  # the other one is listed first

    assert opened().ensure_network(NetworkRequest("net", TAGS)).cidr == made.cidr


def test_the_sdk_is_loaded_at_the_first_call_only() -> None:
    root = Path(__file__).parents[3]
    script = (
        "import sys; from provisioning.drivers.registry import open_driver, settings_model\n"
        "open_driver('openstack', {'authUrl': 'http://x', 'username': 'u'}, {'password': 'p'})\n"
        "assert 'openstack' not in sys.modules and 'keystoneauth1' not in sys.modules"
    )
    path = f"{root}:{root / 'platform'}"
    subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": path}, check=True)
