"""Real kubeadm on a real OpenStack of which one call goes wrong: the cluster becomes Ready, and nothing is left."""

from collections.abc import Iterator

import pytest
from e2e.conftest import TENANT, Site

from tests.support.openstack import lab
from tests.support.openstack.ending import end_provider
from tests.support.openstack.proxy import FaultProxy, Trouble, fault_proxy

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.unhurried, pytest.mark.timeout(1800)]
TROUBLES = {
    "server": ("POST 8774/v2.1/servers", Trouble.SWALLOWED),
    "port": ("POST 9696/v2.0/ports", Trouble.FAILED),
    "balancer": ("POST 9876/v2.0/lbaas/loadbalancers", Trouble.SWALLOWED),
}


@pytest.fixture(scope="module")
def proxy(site: Site) -> Iterator[FaultProxy]:
    """In front of the cloud, for a Provider `troubled`."""
    with fault_proxy(lab.HOST, lab.PORTS) as made:
        settings = {**lab.CLUSTERS, "authUrl": made.through(lab.ADMIN["authUrl"])}
        settings["clusterCredentials"] = "never"  # nothing inside a cluster reaches the proxy
        spec = {"driver": "openstack", "settings": settings, "secrets": lab.SECRETS}
        site.server.create("providers", "Provider", "troubled", spec)
        yield made
        end_provider(site.server, "troubled")


@pytest.mark.parametrize("name", TROUBLES)
def test_a_call_goes_wrong_once(site: Site, proxy: FaultProxy, name: str) -> None:
    before = lab.everything()
    proxy.arm(*TROUBLES[name])
    spec = {"provider": "troubled", "controlPlane": {"replicas": 1}}
    site.server.create("clusters", "Cluster", name, spec, TENANT)
    site.wait_ready(name, 900)

    assert proxy.met
    assert {
        what: len(ids) for what, ids in lab.added(before).items() if what in ("servers", "load balancers")
    } == {
        "servers": 1,
        "load balancers": 1,
    }
    site.server.delete("clusters", name, TENANT)
    site.wait_gone(name, 300)
    (closed,) = site.ledger_closed(name)
    assert closed.endswith(" 0 left"), closed
    assert lab.added(before) == {}
