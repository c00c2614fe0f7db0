"""A tenant's cluster on a real OpenStack: made, used through its floating IP, grown, deleted; nothing is left there."""

import json
from collections.abc import Iterator

import pytest
from e2e.conftest import TENANT, Site, running
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(2400)]
SETTINGS = {**lab.ADMIN, "availabilityZones": ["lab"], "flavors": ["lab.node"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Slipway with a Provider `lab` whose tenants get projects of their own."""
    spec = {"driver": "openstack", "settings": SETTINGS, "secrets": lab.SECRETS}
    with running(tmp_path_factory.mktemp("openstack"), "lab", spec) as made:
        yield made


def test_life_of_a_cluster_in_a_cloud(site: Site) -> None:
    before = lab.everything()
    site.server.create(
        "clusters", "Cluster", "web", {"provider": "lab", "controlPlane": {"replicas": 3}}, TENANT
    )
    site.server.create("nodepools", "NodePool", "web-workers", {"clusterName": "web", "replicas": 1}, TENANT)
    site.wait_ready("web", 900)
    assert len(_ready_nodes(site)) == 4
    site.tenant_kubectl("scale", "nodepool/web-workers", "--replicas=2")
    wait_for(lambda: len(_ready_nodes(site)) == 5, 300)
    site.server.delete("clusters", "web", TENANT)
    site.wait_gone("web", 300)
    (closed,) = site.ledger_closed("web")
    assert closed.endswith("0 left"), closed
    assert lab.added(before) == {}


def _ready_nodes(site: Site) -> list[str]:
    nodes = json.loads(site.inside("web", "get", "nodes", "-o", "json"))["items"]
    return [
        node["metadata"]["name"]
        for node in nodes
        if any(k["type"] == "Ready" and k["status"] == "True" for k in node["status"]["conditions"])
    ]
