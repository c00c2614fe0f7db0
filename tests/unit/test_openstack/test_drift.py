"""What somebody changes in the cloud: it makes a difference, the driver mends it, and looking is cheap."""

from collections.abc import Callable

import pytest

from provisioning.drivers.contract import AddressRequest, GroupRequest, MachineState, NetworkRequest
from provisioning.drivers.endpoint import EndpointRequest
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import TAGS, machine, make_all, opened


def _no_rule(cloud: Cloud) -> None:
    rules = cloud.rows.of("network/security-group-rules", lambda r: r["direction"] == "ingress")
    cloud.rows.remove("network/security-group-rules", rules[0]["id"])


def _open_to_all(cloud: Cloud) -> None:
    rule = cloud.rows.of("network/security-group-rules", lambda r: r["direction"] == "ingress")[0]
    everyone = {
        **rule,
        "protocol": "tcp",
        "port_range_min": 1,
        "port_range_max": 65535,
        "remote_group_id": None,
    }
    del everyone["id"]
    cloud.rows.add("network/security-group-rules", **{**everyone, "remote_ip_prefix": "0.0.0.0/0"})


def _no_member(cloud: Cloud) -> None:
    cloud.rows.of("load-balancer/pools")[0]["members"].pop()


def _no_balancer(cloud: Cloud) -> None:
    for kind in ("loadbalancers", "listeners", "pools", "healthmonitors"):
        cloud.rows.by_kind[f"load-balancer/{kind}"].clear()


def _address_leads_nowhere(cloud: Cloud) -> None:
    cloud.rows.of("network/floatingips", lambda a: a["port_id"])[0]["port_id"] = None


def _no_server_group(cloud: Cloud) -> None:
    cloud.rows.by_kind["compute/os-server-groups"].clear()


def _no_router(cloud: Cloud) -> None:
    cloud.rows.by_kind["network/routers"].clear()
    for port in cloud.rows.of("network/ports", lambda p: p.get("device_owner") == "network:router_interface"):
        cloud.rows.remove("network/ports", port["id"])


def _unguarded_port(cloud: Cloud) -> None:
    port = cloud.rows.of("network/ports", lambda p: p["name"] == "m1")[0]
    port["security_groups"] = []


CHANGES = [
    _no_rule,
    _open_to_all,
    _no_member,
    _no_balancer,
    _address_leads_nowhere,
    _no_server_group,
    _no_router,
    _unguarded_port,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_and_mended(cloud: Cloud, change: Callable[[Cloud], None]) -> None:
    make_all(opened())
    before = opened().fingerprints(TAGS)
    counts = cloud.objects()
    change(cloud)
    changed = opened().fingerprints(TAGS)
    make_all(opened())

    assert changed != before
    assert opened().fingerprints(TAGS).keys() == before.keys()
    assert cloud.objects() == counts
    _is_whole(cloud)


def _is_whole(cloud: Cloud) -> None:
    rules = cloud.rows.of("network/security-group-rules", lambda r: r["direction"] == "ingress")
    assert not [r for r in rules if r.get("port_range_max") == 65535]
    assert len(cloud.rows.of("load-balancer/pools")[0]["members"]) == 2
    assert all(a["port_id"] for a in cloud.rows.of("network/floatingips"))
    machines = cloud.rows.of("network/ports", lambda p: p["name"] in ("m1", "m2"))
    assert all(port["security_groups"] for port in machines)


def test_nothing_changed_makes_no_difference(cloud: Cloud) -> None:
    make_all(opened())
    before = opened().fingerprints(TAGS)
    make_all(opened())

    assert opened().fingerprints(TAGS) == before
    assert {name.split()[0] for name in before} == {"network", "address", "group", "endpoint", "machine"}
    assert opened().fingerprints({**TAGS, "slipway/cluster": "another"}) == {}


def test_a_machine_whose_port_is_gone_has_failed(cloud: Cloud) -> None:
    make_all(opened())
    port = cloud.rows.of("network/ports", lambda p: p["name"] == "m1")[0]
    cloud.rows.remove("network/ports", port["id"])
    view = opened().ensure_machine(machine("m1"))

    assert view.state is MachineState.FAILED
    assert view.message == "its network port was deleted at the provider"


def test_a_hundred_clusters_at_rest_cost_ten_calls(cloud: Cloud) -> None:
    """All in one project; with a look each, it would be a thousand."""
    everybody = [
        {**TAGS, "slipway/cluster": f"cluster-{n}", "slipway/owner": f"owner-{n}"} for n in range(100)
    ]
    driver = opened()
    for n, tags in enumerate(everybody):
        driver.ensure_network(NetworkRequest(f"net-{n}", tags))
        driver.ensure_address(AddressRequest(f"address-{n}", tags, f"net-{n}"))
        driver.ensure_group(GroupRequest(f"group-{n}", tags, f"net-{n}"))
    driver.ensure_endpoint(EndpointRequest("endpoint", everybody[0], "net-0", "address-0", {}))
    cloud.calls.clear()
    for tags in everybody:
        driver = opened()  # as each pass does
        driver.list_machines(tags, max_age=600)
        assert len(driver.fingerprints(tags, max_age=600)) >= 3

    assert len(cloud.calls) <= 10, cloud.calls


@pytest.mark.parametrize("status", [0, 400, 403, 409])
def test_a_deleted_address_is_had_again_where_the_cloud_lets_slipway_choose(
    cloud: Cloud, status: int
) -> None:
    driver = opened()
    driver.ensure_network(NetworkRequest("net", TAGS))
    before = driver.ensure_address(AddressRequest("address", TAGS, "net")).address
    cloud.rows.by_kind["network/floatingips"].clear()
    if status:
        refusal = {"NeutronError": {"type": "PolicyNotAuthorized", "message": "disallowed by policy"}}
        cloud.fail("POST .*/floatingips$", status, **refusal)
    made = driver.ensure_address(AddressRequest("address", TAGS, "net", before)).address

    assert (made == before) is (status == 0)
    assert len(cloud.rows.of("network/floatingips")) == 1
