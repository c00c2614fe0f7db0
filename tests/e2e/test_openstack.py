"""A tenant's cluster on a real OpenStack: made, used through its floating IP, grown, deleted; nothing is left there."""

import json
from collections.abc import Iterator

import pytest
from e2e.conftest import TENANT, Site, running
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(2400)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Slipway with a Provider `lab` whose tenants get projects of their own."""
    spec = {"driver": "openstack", "settings": lab.CLUSTERS, "secrets": lab.SECRETS}
    with running(tmp_path_factory.mktemp("openstack"), "lab", spec) as made:
        yield made


def test_life_of_a_cluster_in_a_cloud(site: Site) -> None:
    before = lab.everything()
    site.server.create(
        "clusters", "Cluster", "web", {"provider": "lab", "controlPlane": {"replicas": 3}}, TENANT
    )
    site.server.create("nodepools", "NodePool", "web-workers", {"clusterName": "web", "replicas": 1}, TENANT)
    site.wait_ready("web", 900)
    assert len(ready_nodes(site, "web")) == 4
    site.tenant_kubectl("scale", "nodepool/web-workers", "--replicas=2")
    wait_for(lambda: len(ready_nodes(site, "web")) == 5, 300)
    site.server.delete("clusters", "web", TENANT)
    site.wait_gone("web", 300)
    (closed,) = site.ledger_closed("web")
    assert closed.endswith("0 left"), closed
    assert lab.added(before) == {}


def test_a_cluster_whose_control_planes_carry_its_address(site: Site) -> None:
    """Without Octavia. The one that carries the address stops; the next has it in seconds, Slipway starts the first."""
    before = lab.everything()
    spec = {
        "driver": "openstack",
        "settings": {**lab.CLUSTERS, "endpoint": "virtualIP"},
        "secrets": lab.SECRETS,
    }
    site.server.create("providers", "Provider", "carried", spec)
    site.server.create(
        "clusters", "Cluster", "vip", {"provider": "carried", "controlPlane": {"replicas": 3}}, TENANT
    )
    site.server.create("nodepools", "NodePool", "vip-workers", {"clusterName": "vip", "replicas": 1}, TENANT)
    site.wait_ready("vip", 900)
    made = lab.added(before)
    assert "load balancers" not in made

    (router,) = made["routers"]
    address = site.server.get("clusters", "vip", TENANT)["status"]["endpointAddress"]
    stopped = lab.carrier(router, address)
    lab.connect("admin", "admin").compute.stop_server(stopped)
    wait_for(lambda: len(ready_nodes(site, "vip")) == 3, 120)
    assert lab.carrier(router, address) != stopped
    wait_for(lambda: len(ready_nodes(site, "vip")) == 4, 300)
    site.wait_ready("vip", 300)

    site.server.delete("clusters", "vip", TENANT)
    site.wait_gone("vip", 300)
    assert site.ledger_closed("vip")[0].endswith("0 left")
    assert lab.added(before) == {}
    site.server.delete("providers", "carried")


def ready_nodes(site: Site, cluster: str) -> list[str]:
    """Names of the nodes that say so, asked through the cluster's public address."""
    nodes = json.loads(site.inside(cluster, "get", "nodes", "-o", "json"))["items"]
    return [
        node["metadata"]["name"]
        for node in nodes
        if any(k["type"] == "Ready" and k["status"] == "True" for k in node["status"]["conditions"])
    ]
