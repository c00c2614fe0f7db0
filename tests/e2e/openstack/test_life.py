"""The examples on a real OpenStack: applied with kubectl, used at the floating IP, grown, deleted; nothing is left."""

from pathlib import Path

import pytest
from e2e.conftest import Site
from support.server import ROOT, wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(2400)]
SHOP = "shop"
LAB = {
    "https://keystone.example.com:5000/v3": lab.ADMIN["authUrl"],
    "username: slipway": "username: admin",
    "externalNetwork: public": "availabilityZones: [lab]",
    "change-me": lab.PASSWORD,
    "memory: 4Gi, disk: 20Gi": "memory: 2Gi, disk: 8Gi",
}
"""What the examples leave to the operator, and the size of the lab's machines."""


def test_the_examples_are_applied_used_and_deleted(site: Site, tmp_path: Path) -> None:
    before, projects = lab.everything(), lab.projects()
    for part in ("provider", "tenant"):
        site.kubectl("apply", "-f", str(_example(part, tmp_path)))
    site.kubectl("wait", "--for=condition=Ready", "provider/cloud", "--timeout=60s")
    site.kubectl("apply", "-n", SHOP, "-f", str(_example("cluster", tmp_path)))
    site.wait_ready("shop", 900, tenant=SHOP)

    (address,) = site.server.list("floatingips", SHOP)
    cluster = site.server.get("clusters", "shop", SHOP)
    assert cluster is not None
    assert cluster["status"]["endpoint"] == f"https://{address['status']['address']}:6443"
    assert len(site.ready_nodes("shop", SHOP)) == 5
    assert (site.server.condition("clusters", "shop", SHOP, "AddonUnavailable") or {})["status"] == "True"
    site.kubectl("-n", SHOP, "scale", "nodepool/shop-workers", "--replicas=3")
    wait_for(lambda: len(site.ready_nodes("shop", SHOP)) == 6, 300)

    site.server.delete("clusters", "shop", SHOP)
    site.wait_gone("shop", 300, tenant=SHOP)
    (closed,) = site.ledger_closed("shop", SHOP)
    assert closed.endswith("0 left"), closed
    assert set(lab.added(before)) == {"networks", "routers", "floating IPs"}  # borrowed, so they stay
    site.kubectl("delete", "tenant", SHOP, "--timeout=300s", timeout=330)
    assert lab.added(before) == {}
    wait_for(lambda: lab.projects() == projects, 120, lab.projects)
    site.kubectl("delete", "provider", "cloud")


def _example(name: str, directory: Path) -> Path:
    text = (ROOT / f"examples/openstack/{name}.yaml").read_text()
    for theirs, ours in LAB.items():
        text = text.replace(theirs, ours)
    path = directory / f"{name}.yaml"
    path.write_text(text)
    return path
