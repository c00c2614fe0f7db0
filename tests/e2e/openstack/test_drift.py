"""What somebody changes in a real OpenStack behind Slipway's back: mended while the cluster stays Ready, and said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from e2e.conftest import TENANT, Site
from e2e.openstack.conftest import SIMULATED
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(600)]
NAME, SIZE, PATIENCE = "drift", 2, 180
ANYONE = "0.0.0.0/0"


@dataclass
class Cloud:
    """The cluster's parts, as the cloud's administrator sees them."""

    sdk: Any
    tenant: Any  # as somebody in the tenant's project
    project: str

    def groups(self) -> list[Any]:
        found = self.sdk.network.security_groups(project_id=self.project)
        return [group for group in found if group.name != "default"]

    def rules(self) -> list[tuple[Any, ...]]:
        """What may come in."""
        return sorted(
            (
                str(r["protocol"]),
                r["port_range_min"] or 0,
                r["port_range_max"] or 0,
                str(r["remote_ip_prefix"]),
            )
            for group in self.groups()
            for r in group.security_group_rules
            if r["direction"] == "ingress"
        )

    def addresses(self) -> list[Any]:
        return list(self.sdk.network.ips(project_id=self.project))

    def public(self) -> list[tuple[str, bool]]:
        """Each floating IP, and whether it leads anywhere."""
        return sorted((ip.floating_ip_address, bool(ip.port_id)) for ip in self.addresses())

    def pools(self) -> list[Any]:
        return list(self.sdk.load_balancer.pools(project_id=self.project))

    def members(self) -> set[str]:
        """Addresses of whom the load balancer sends to."""
        return {member.address for pool in self.pools() for member in self.sdk.load_balancer.members(pool)}

    def balancers(self) -> list[Any]:
        return list(self.sdk.load_balancer.load_balancers(project_id=self.project))

    def servers(self) -> list[Any]:
        return list(self.sdk.compute.servers(all_projects=True, project_id=self.project))

    def ports(self) -> list[Any]:
        found = self.sdk.network.ports(project_id=self.project)
        return [port for port in found if port.device_owner.startswith("compute:")]

    def inside(self) -> set[str]:
        """Addresses of the servers' ports."""
        return {fixed["ip_address"] for port in self.ports() for fixed in port.fixed_ips}


@pytest.fixture(scope="module")
def cloud(site: Site) -> Iterator[Cloud]:
    """A cluster at rest."""
    before, admin = lab.everything(), lab.connect("admin", "admin")
    spec = {"provider": SIMULATED, "controlPlane": {"replicas": 1}}
    site.server.create("clusters", "Cluster", NAME, spec, TENANT)
    site.server.create(
        "nodepools", "NodePool", f"{NAME}-workers", {"clusterName": NAME, "replicas": 1}, TENANT
    )
    site.wait_ready(NAME, PATIENCE)
    made = lab.added(before)
    (network,) = made["networks"]
    project = admin.identity.get_project(admin.network.get_network(network).project_id)
    found = Cloud(admin, lab.connect("admin", project.name), project.id)
    wait_for(lambda: bool(_fingerprint(site)), 60)
    yield found
    site.server.delete("clusters", NAME, TENANT)
    site.wait_gone(NAME, PATIENCE)
    (closed,) = site.ledger_closed(NAME)
    assert closed.endswith(" 0 left"), closed
    assert lab.added(before) == {}


def test_rules_members_and_where_an_address_leads(site: Site, cloud: Cloud) -> None:
    rules, public, members = cloud.rules(), cloud.public(), cloud.members()

    def change() -> None:
        (group,) = cloud.groups()
        api = next(r for r in group.security_group_rules if r["port_range_min"] == 6443)
        cloud.sdk.network.delete_security_group_rule(api["id"])
        cloud.tenant.network.create_security_group_rule(
            security_group_id=group.id,
            direction="ingress",
            protocol="tcp",
            port_range_min=1,
            port_range_max=9999,
            remote_ip_prefix=ANYONE,
        )
        (pool,) = cloud.pools()
        (member,) = cloud.sdk.load_balancer.members(pool)
        cloud.sdk.load_balancer.delete_member(member, pool)
        for address in cloud.addresses():
            cloud.sdk.network.update_ip(address, port_id=None)

    said = _mended(site, change, lambda: (cloud.rules(), cloud.public()) == (rules, public))

    assert cloud.members() == members
    assert all(f"{kind} slipway-{TENANT}-{NAME}" in said for kind in ("address", "endpoint", "group")), said


def test_a_deleted_address_comes_back_as_the_same(site: Site, cloud: Cloud) -> None:
    public = cloud.public()

    def change() -> None:
        for address in cloud.addresses():
            cloud.sdk.network.delete_ip(address)

    assert "address" in _mended(site, change, lambda: cloud.public() == public)


def test_a_deleted_load_balancer_comes_back_at_the_same_address(site: Site, cloud: Cloud) -> None:
    (before,), public = cloud.balancers(), cloud.public()
    said = _mended(
        site,
        lambda: cloud.sdk.load_balancer.delete_load_balancer(before, cascade=True),
        lambda: cloud.public() == public and [b.provisioning_status for b in cloud.balancers()] == ["ACTIVE"],
    )

    assert "endpoint" in said
    assert cloud.balancers()[0].id != before.id
    assert cloud.balancers()[0].vip_address == before.vip_address


@pytest.mark.parametrize("part", ["server", "port"])
def test_a_machine_without_its_server_or_port_is_replaced(site: Site, cloud: Cloud, part: str) -> None:
    before = {machine["metadata"]["uid"] for machine in _machines(site)}
    worker = next(s for s in cloud.servers() if "workers" in s.name)
    if part == "server":
        cloud.sdk.compute.delete_server(worker)
    else:
        (port,) = (p for p in cloud.ports() if p.device_id == worker.id)
        cloud.sdk.network.delete_port(port)

    def replaced() -> bool:
        now = _machines(site)
        running = [m for m in now if m.get("status", {}).get("state") == "Running"]
        return len(running) == SIZE and {m["metadata"]["uid"] for m in now} != before

    wait_for(replaced, PATIENCE, lambda: _machines(site))
    site.wait_ready(NAME, PATIENCE)
    assert len(cloud.servers()) == SIZE
    assert cloud.members() < cloud.inside()


def _mended(site: Site, change: Callable[[], None], whole: Callable[[], bool]) -> str:
    """Let somebody change it, wait until it is whole again; what the event says. The cluster was Ready all the time."""
    said = site.events("DriftMended", NAME)
    change()
    wait_for(lambda: site.events("DriftMended", NAME) != said, PATIENCE, lambda: _status(site))
    wait_for(whole, PATIENCE, lambda: _status(site))
    ready = site.server.condition("clusters", NAME, TENANT)
    assert ready is not None
    assert ready["status"] == "True", ready
    return next(text for text in site.events("DriftMended", NAME) if text not in said)


def _fingerprint(site: Site) -> str:
    return str(_status(site).get("fingerprint", ""))


def _status(site: Site) -> dict[str, Any]:
    found = site.server.get("clusters", NAME, TENANT)
    assert found is not None
    status: dict[str, Any] = found["status"]
    return status


def _machines(site: Site) -> list[dict[str, Any]]:
    return [m for m in site.server.list("machines", TENANT) if m["spec"]["cluster"] == NAME]
