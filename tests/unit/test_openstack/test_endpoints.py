"""Endpoints in OpenStack: load balancers, addresses that machines carry, and what clusters make from inside."""

import itertools
import time

import pytest

from provisioning.drivers.contract import AddressRequest, OutsideKind
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest
from provisioning.drivers.errors import Misconfigured, Unavailable
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import TAGS, enter, in_this_thread, machine, make_all, opened, prepared

CLUSTER = TAGS["slipway/cluster"]


def test_an_endpoint_is_a_load_balancer_that_asks_readyz(cloud: Cloud) -> None:
    make_all(opened())
    (listener,) = cloud.rows.of("load-balancer/listeners")
    (monitor,) = cloud.rows.of("load-balancer/healthmonitors")
    (pool,) = cloud.rows.of("load-balancer/pools")
    driver = opened()
    before = {member["name"] for member in pool["members"]}
    view = driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address", {"m9": "172.30.0.9"}))

    assert (listener["protocol_port"], listener["timeout_client_data"]) == (6443, 3_600_000)
    assert (monitor["type"], monitor["url_path"]) == ("HTTPS", "/readyz")
    assert before == {"m1", "m2"}
    assert [member["name"] for member in pool["members"]] == ["m9"]
    assert (view.kind, view.ready) == (EndpointKind.EXTERNAL, True)
    assert view.public.startswith("203.0.113.")


def test_a_load_balancer_in_error_is_made_anew_at_the_same_address(cloud: Cloud) -> None:
    make_all(opened())
    request = EndpointRequest("endpoint", TAGS, "net", "address", {})
    before = opened().ensure_endpoint(request)
    (balancer,) = cloud.rows.of("load-balancer/loadbalancers")
    balancer["provisioning_status"] = "ERROR"
    with pytest.raises(Unavailable, match="in ERROR"):
        opened().ensure_endpoint(request)
    after = opened().ensure_endpoint(request)

    assert after == before
    assert cloud.rows.of("load-balancer/loadbalancers")[0]["id"] != balancer["id"]


def test_a_load_balancer_that_octavia_forgot_is_the_operators(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(opened())
    (balancer,) = cloud.rows.of("load-balancer/loadbalancers")
    stuck = {"provisioning_status": "PENDING_UPDATE", "updated_at": "2026-01-01T00:00:00"}
    balancer |= stuck
    with pytest.raises(Misconfigured, match="stuck in PENDING_UPDATE"):
        opened().ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address", {}))
    balancer |= stuck
    ticks = iter(range(1_000, 100_000, 60))
    in_this_thread(monkeypatch, "monotonic", lambda: float(next(ticks)))
    with pytest.raises(Misconfigured, match="stuck in PENDING_UPDATE"):
        opened().delete_endpoint("endpoint", TAGS)


def test_a_load_balancer_that_takes_its_time_has_its_address_already(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = prepared()
    driver.ensure_address(AddressRequest("address", TAGS, "net"))
    ticks = itertools.count(time.monotonic(), 20)
    in_this_thread(monkeypatch, "monotonic", lambda: next(ticks))
    view = driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address"))

    assert not view.ready
    assert view.inside
    assert view.public


def test_machines_need_not_wait_for_the_load_balancer(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = prepared()
    driver.ensure_address(AddressRequest("address", TAGS, "net"))
    in_this_thread(monkeypatch, "sleep", lambda _: pytest.fail("it waits"))
    view = driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address"))
    asked = [call for call in cloud.calls if "load-balancer" in call and not call.startswith("GET")]

    assert view.inside
    assert len(asked) <= 2


def test_without_octavia_the_machines_may_carry_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = enter(monkeypatch, octavia=False)
    driver = prepared()
    driver.ensure_address(AddressRequest("address", TAGS, "net"))
    early = EndpointRequest("endpoint", TAGS, "net", "address", {"m1": "?"})
    waiting = driver.ensure_endpoint(early)
    for name in ("m1", "m2"):
        driver.ensure_machine(machine(name))
    view = driver.ensure_endpoint(early)
    pairs = {p["name"]: p["allowed_address_pairs"] for p in cloud.rows.of("network/ports")}

    assert (waiting.kind, waiting.ready, view.ready) == (EndpointKind.VIRTUAL_IP, False, True)
    assert pairs["m1"] == [{"ip_address": view.inside}]
    assert pairs["m2"] == []
    driver.ensure_endpoint(EndpointRequest("endpoint", TAGS, "net", "address", {"m2": "?"}))
    assert cloud.rows.of("network/ports", lambda p: p["name"] == "m1")[0]["allowed_address_pairs"] == []


def test_what_a_cluster_made_from_inside_is_swept(cloud: Cloud) -> None:
    driver = prepared()
    project = cloud.rows.of("network/networks", lambda n: n["name"] == "net")[0]["project_id"]
    mine = {
        "project_id": project,
        "description": "Kubernetes external service",
        "provisioning_status": "ACTIVE",
    }
    cloud.rows.add(
        "load-balancer/loadbalancers", name=f"kube_service_{CLUSTER}_default_web", vip_port_id="p", **mine
    )
    cloud.rows.add("network/floatingips", port_id="p", project_id=project, description="made by Kubernetes")
    csi = {"cinder.csi.openstack.org/cluster": CLUSTER}
    cloud.rows.add("volume/volumes", name="pvc-1", metadata=csi, status="available")
    cloud.rows.add("volume/volumes", name="pvc-2", metadata={}, status="available")
    found = {(one.kind, one.name) for one in driver.sweep({"slipway/cluster": CLUSTER})}
    known = driver.sweep({"slipway/installation": "i" * 12}, {CLUSTER})
    unknown = driver.sweep({"slipway/installation": "i" * 12}, {"another"})
    driver.delete_endpoint(f"kube_service_{CLUSTER}_default_web")
    driver.delete_volume("pvc-1")
    driver.delete_volume("pvc-2")

    assert (OutsideKind.ENDPOINT, f"kube_service_{CLUSTER}_default_web") in found
    assert (OutsideKind.VOLUME, "pvc-1") in found
    assert (OutsideKind.VOLUME, "pvc-2") not in found
    inside = {one.name: one for one in known if one not in unknown}
    assert set(inside) == {f"kube_service_{CLUSTER}_default_web", "pvc-1"}
    assert all(one.tags == {"slipway/cluster": CLUSTER} and one.made_at for one in inside.values())
    assert [row["name"] for row in cloud.rows.of("volume/volumes")] == ["pvc-2"]
    assert cloud.rows.of("load-balancer/loadbalancers") == []
    assert cloud.rows.of("network/floatingips") == []
