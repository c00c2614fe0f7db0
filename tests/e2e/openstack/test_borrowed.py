"""Allocated one by one with the command, borrowed by a cluster on a real OpenStack, and kept when it goes."""

import pytest
from e2e.conftest import TENANT, Site
from e2e.openstack.conftest import SIMULATED

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(600)]
KINDS = ("storagepool", "network", "floatingip")


def test_allocated_by_themselves_borrowed_and_kept(site: Site) -> None:
    before = lab.everything()
    for kind, options in zip(KINDS, (("--capacity", "10Gi"), ("--cidr", "10.44.0.0/22"), ()), strict=True):
        site.slipway(kind, "create", "mine", "-n", TENANT, "--provider", SIMULATED, *options)
        site.tenant_kubectl("wait", "--for=condition=Ready", f"{kind}/mine", "--timeout=60s", timeout=90)
    allocated = lab.added(before)
    assert {what: len(ids) for what, ids in allocated.items() if what != "ports"} == {
        "networks": 1,
        "routers": 1,
        "floating IPs": 1,
    }

    spec = {"provider": SIMULATED, "network": "mine", "storagePools": ["mine"]}
    spec |= {"controlPlane": {"replicas": 1}, "endpoint": {"floatingIP": "mine"}}
    site.server.create("clusters", "Cluster", "borrower", spec, TENANT)
    site.wait_ready("borrower", 180)
    made = lab.added(before)
    assert made["networks"] == allocated["networks"]
    assert allocated["floating IPs"] <= made["floating IPs"]
    address = site.server.get("floatingips", "mine", TENANT)["status"]  # type: ignore[index]
    cluster = site.server.get("clusters", "borrower", TENANT)["status"]  # type: ignore[index]
    assert cluster["endpoint"] == f"https://{address['address']}:6443"

    site.server.delete("clusters", "borrower", TENANT)
    site.wait_gone("borrower", 180)
    assert site.ledger_closed("borrower")[0].endswith(" 0 left")
    assert lab.added(before) == allocated
    for kind in reversed(KINDS):
        site.slipway(kind, "delete", "mine", "-n", TENANT, "--wait")
    assert lab.added(before) == {}
