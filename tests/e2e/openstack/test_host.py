"""A compute host is lost with the worker on it: the node is silent for long, so Slipway makes another elsewhere."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from e2e.conftest import TENANT, Site
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.unhurried, pytest.mark.timeout(3600)]
KEPT, LOST = "osn1", "osn2"  # the first carries the network, too


def test_a_worker_lost_with_its_host_is_replaced(site: Site) -> None:
    before = lab.everything()
    with _only(KEPT):
        site.server.create(
            "clusters", "Cluster", "host", {"provider": "lab", "controlPlane": {"replicas": 1}}, TENANT
        )
        wait_for(lambda: _servers(site) == 1, 300)
    with _only(LOST):
        site.server.create(
            "nodepools", "NodePool", "host-workers", {"clusterName": "host", "replicas": 1}, TENANT
        )
        wait_for(lambda: _servers(site) == 2, 300)
    site.wait_ready("host", 900)  # before, kubectl may be refused
    wait_for(lambda: len(site.ready_nodes("host")) == 2, 300)
    lost = next(name for name in site.ready_nodes("host") if "workers" in name)

    lab.lose_host(LOST)
    try:
        wait_for(lambda: _uid(site, lost) is None or "NodeUnreachable" in _events(site), 900)
        wait_for(lambda: len(site.ready_nodes("host")) == 2, 900)
        site.wait_ready("host", 600)
    finally:
        lab.start_computes()
    site.server.delete("clusters", "host", TENANT)
    site.wait_gone("host", 300)
    (closed,) = site.ledger_closed("host")
    assert closed.endswith("0 left"), closed
    assert lab.added(before) == {}


@contextmanager
def _only(host: str) -> Iterator[None]:
    """Nova places new servers there."""
    compute = lab.connect("admin", "admin").compute
    (other,) = (s for s in compute.services(binary="nova-compute") if s.host in {KEPT, LOST} - {host})
    compute.disable_service(other, other.host, "nova-compute")
    try:
        yield
    finally:
        compute.enable_service(other, other.host, "nova-compute")


def _servers(site: Site) -> int:
    """Machines that run at the provider."""
    machines = site.server.list("machines", TENANT)
    return sum(1 for m in machines if m.get("status", {}).get("state") == "Running")


def _uid(site: Site, machine: str) -> str | None:
    found = site.server.get("machines", machine, TENANT)
    return str(found["metadata"]["uid"]) if found else None


def _events(site: Site) -> str:
    return json.dumps(site.server.request("GET", f"/api/v1/namespaces/{TENANT}/events").json()["items"])
