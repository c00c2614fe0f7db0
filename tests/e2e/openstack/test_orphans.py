"""What lies in a real OpenStack and belongs to nothing: `slipway provider sweep` finds it and removes it on request."""

import json
from typing import Any

import pytest
from e2e.conftest import TENANT, Site
from e2e.openstack.conftest import SIMULATED
from support.server import wait_for

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.openstack import marks
from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(600)]


def test_what_a_dead_cluster_left_is_listed_and_removed(site: Site) -> None:
    before = lab.everything()
    uid, tags, project = _lived_and_died(site)
    assert lab.added(before) == {}
    cloud = lab.connect("admin", project)
    kept = cloud.network.create_network(name="somebody-elses")
    _leave_behind(cloud, uid, tags)

    listed = json.loads(site.slipway("provider", "sweep", SIMULATED, "-o", "json"))["items"]

    assert {(one["kind"], one["name"]) for one in listed} == {
        ("address", "lost"),
        ("endpoint", f"kube_service_{uid}_default_front"),
        ("group", "lost"),
        ("machine", "lost"),
        ("network", "lost"),
        ("volume", "pvc-lost"),
    }
    assert {one["tenant"] for one in listed} == {TENANT}
    said = site.slipway("provider", "sweep", SIMULATED, "--remove", "--yes")
    assert said.strip().endswith("6 removed, 0 stayed")
    assert lab.added(before) == {"networks": {kept.id}}
    cloud.network.delete_network(kept)
    assert "left over" not in site.slipway("provider", "sweep", SIMULATED)


def _lived_and_died(site: Site) -> tuple[str, dict[str, str], str]:
    """A cluster's uid, the tags of what it had, and its tenant's project."""
    before = lab.everything()
    spec = {"provider": SIMULATED, "controlPlane": {"replicas": 1}}
    made = site.server.create("clusters", "Cluster", "gone", spec, TENANT)
    site.wait_ready("gone", 180)
    admin = lab.connect("admin", "admin")
    (group,) = (admin.network.get_security_group(id_) for id_ in lab.added(before)["security groups"])
    project = admin.identity.get_project(group.project_id).name
    site.server.delete("clusters", "gone", TENANT)
    site.wait_gone("gone", 180)
    return made["metadata"]["uid"], dict(marks.read(group).tags), project


def _leave_behind(cloud: Any, uid: str, tags: dict[str, str]) -> None:
    """As calls do that timed out at Slipway and succeeded in the cloud, and controllers inside that were too late."""

    def described(kind: OutsideKind) -> dict[str, str]:
        return {"name": "lost", "description": marks.description(kind, "lost", tags)}

    network = cloud.network.create_network(**described(OutsideKind.NETWORK))
    subnet = cloud.network.create_subnet(
        network_id=network.id, ip_version=4, cidr="10.99.0.0/24", **described(OutsideKind.NETWORK)
    )
    cloud.network.create_security_group(**described(OutsideKind.GROUP))
    external = cloud.network.find_network("external")
    cloud.network.create_ip(
        floating_network_id=external.id, description=marks.description(OutsideKind.ADDRESS, "lost", tags)
    )
    port = cloud.network.create_port(network_id=network.id, **described(OutsideKind.MACHINE))
    cloud.compute.create_server(
        name="lost",
        image_id=cloud.image.find_image("fake").id,
        flavor_id=cloud.compute.find_flavor("lab.small").id,
        networks=[{"port": port.id}],
        availability_zone="fake",
        metadata=marks.metadata(OutsideKind.MACHINE, "lost", tags),
    )
    cloud.block_storage.create_volume(
        name="pvc-lost", size=1, metadata={"cinder.csi.openstack.org/cluster": uid}
    )
    balancer = cloud.load_balancer.create_load_balancer(
        name=f"kube_service_{uid}_default_front", vip_subnet_id=subnet.id
    )
    wait_for(lambda: cloud.load_balancer.get_load_balancer(balancer.id).provisioning_status == "ACTIVE", 120)
