"""Without Octavia: the control planes carry the cluster's address, and it moves when the one that has it stops."""

import pytest
from e2e.conftest import TENANT, Site
from support.server import wait_for

from tests.support.openstack import lab
from tests.support.openstack.ending import end_provider

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.unhurried, pytest.mark.timeout(2400)]


def test_the_address_moves_in_seconds_and_the_stopped_one_is_started(site: Site) -> None:
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
    address = site.server.get("clusters", "vip", TENANT)["status"]["endpointAddress"]  # type: ignore[index]
    compute, stopped = lab.connect("admin", "admin").compute, lab.carrier(router, address)
    compute.stop_server(stopped)
    wait_for(lambda: lab.carrier(router, address) not in ("", stopped), 60)
    assert site.ready_nodes("vip")  # the API answers at the same address
    wait_for(lambda: compute.get_server(stopped).status == "ACTIVE", 300)
    wait_for(lambda: len(site.ready_nodes("vip")) == 4, 300)
    site.wait_ready("vip", 300)

    site.server.delete("clusters", "vip", TENANT)
    site.wait_gone("vip", 300)
    assert site.ledger_closed("vip")[0].endswith("0 left")
    assert lab.added(before) == {}
    end_provider(site.server, "carried")
