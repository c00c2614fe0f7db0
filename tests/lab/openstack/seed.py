"""What an operator would have made, through the APIs: `seed.py identity | zones ZONE="HOST..." | offer | room`."""

import os
import sys
from pathlib import Path

import openstack

PASSWORD, MGMT = "slipway-lab", "10.250.250.1"
LAB = os.environ["LAB"]
SERVICES = {
    "glance": ("image", f"http://{MGMT}:9292"),
    "placement": ("placement", f"http://{MGMT}:8778"),
    "neutron": ("network", f"http://{MGMT}:9696"),
    "nova": ("compute", f"http://{MGMT}:8774/v2.1"),
    "cinder": ("volumev3", f"http://{MGMT}:8776/v3/%(project_id)s"),
    "octavia": ("load-balancer", f"http://{MGMT}:9876"),
}
FLAVORS = (("lab.tiny", 512, 1, 1), ("lab.small", 1024, 4, 1), ("lab.node", 2048, 8, 2))


def identity(cloud):
    """Users and endpoints of the services, the roles that policies ask for, a project `demo` with a member."""
    api = cloud.identity
    roles = {
        name: api.find_role(name) or api.create_role(name=name)
        for name in ("service", "load-balancer_member")
    }
    roles |= {name: api.find_role(name) for name in ("admin", "member", "reader")}
    service = api.find_project("service") or api.create_project(name="service", domain_id="default")
    for name, (kind, url) in SERVICES.items():
        user = _user(api, name, service)
        for role in ("admin", "service"):
            api.assign_project_role_to_user(service, user, roles[role])
        if not api.find_service(name):
            made = api.create_service(name=name, type=kind)
            for interface in ("public", "internal", "admin"):
                api.create_endpoint(service_id=made.id, interface=interface, url=url, region_id="RegionOne")
    demo = api.find_project("demo") or api.create_project(name="demo", domain_id="default")
    user = _user(api, "demo", demo)
    for role in ("member", "reader", "load-balancer_member"):
        api.assign_project_role_to_user(demo, user, roles[role])


def zones(cloud, *wanted):
    """An aggregate for each zone, with its hosts."""
    api = cloud.compute
    for zone, hosts in (one.split("=") for one in wanted):
        found = next((a for a in api.aggregates() if a.name == zone), None)
        found = found or api.create_aggregate(name=zone, availability_zone=zone)
        for host in set(hosts.split()) - set(found.hosts or ()):
            api.add_host_to_aggregate(found, host)


def offer(cloud):
    """Images, flavors, the external network, a volume type."""
    _image(cloud, "debian12", f"{LAB}/build/server.qcow2", "qcow2")
    nothing = Path(f"{LAB}/run/fake.img")
    nothing.write_bytes(bytes(1 << 20))
    _image(cloud, "fake", str(nothing), "raw")  # for servers in the zone `fake`
    for name, memory, disk, cores in FLAVORS:
        if not cloud.compute.find_flavor(name):
            cloud.create_flavor(name, memory, cores, disk)
    api = cloud.network
    flat = {"router:external": True, "provider:network_type": "flat", "provider:physical_network": "external"}
    external = api.find_network("external") or api.create_network(name="external", **flat)
    pool = [{"start": "172.24.4.10", "end": "172.24.4.250"}]
    where = {"network_id": external.id, "ip_version": 4, "cidr": "172.24.4.0/24", "gateway_ip": "172.24.4.1"}
    if not api.find_subnet("external"):
        api.create_subnet(name="external", enable_dhcp=False, allocation_pools=pool, **where)
    if not cloud.block_storage.find_type("file"):
        made = cloud.block_storage.create_type(name="file")
        cloud.block_storage.update_type_extra_specs(made, volume_backend_name="file")


def room(cloud):
    """An error until Cinder's scheduler has heard of a backend: before, every volume ends in ERROR."""
    if not list(cloud.block_storage.backend_pools()):
        sys.exit("no backend has told the scheduler what it has")


def _user(api, name, project):
    found = api.find_user(name)
    wanted = {"password": PASSWORD, "domain_id": "default", "default_project_id": project.id}
    return found or api.create_user(name=name, **wanted)


def _image(cloud, name, path, disk_format):
    if not cloud.get_image(name):
        wanted = {"disk_format": disk_format, "container_format": "bare", "visibility": "public"}
        cloud.create_image(name, filename=path, wait=True, **wanted)


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    {"identity": identity, "zones": zones, "offer": offer, "room": room}[step](
        openstack.connect(cloud="lab-admin"), *arguments
    )
