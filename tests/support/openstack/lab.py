"""The OpenStack lab of tests/lab/openstack, as its users see it."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from openstack.connection import Connection

SCRIPTS = Path(__file__).parents[2] / "lab/openstack"
SIMULATION = Path(__file__).parent / "simulated"
"""In PYTHONPATH it brings the driver `openstack-simulated`."""
PASSWORD = "slipway-lab"
SECRETS = {"password": PASSWORD}
HOST = "10.250.250.1"
PORTS = (
    5000,
    8774,
    8776,
    8778,
    9292,
    9696,
    9876,
)  # Keystone, Nova, Cinder, Placement, Glance, Neutron, Octavia
MEMBER = {"authUrl": f"http://{HOST}:5000/v3", "username": "demo", "project": "demo"}
ADMIN = {"authUrl": MEMBER["authUrl"], "username": "admin"}
FAKE_ZONE = {"image": "fake", "availabilityZones": ["fake"], "machineAccess": "direct"}
"""Real services, and servers that run nothing."""
CLUSTERS = {**ADMIN, "availabilityZones": ["lab"], "flavors": ["lab.node"]}
"""Servers that become nodes, in a project of each tenant."""


def connect(user: str, project: str, *, url: str = MEMBER["authUrl"]) -> Any:
    """The SDK's own connection, to look behind the driver."""
    domain = {"user_domain_name": "Default", "project_domain_name": "Default"}
    auth = v3.Password(url, username=user, password=PASSWORD, project_name=project, **domain)
    return Connection(session=Session(auth))


def everything() -> dict[str, set[str]]:
    """What the cloud has that a cluster is made of, whoever it belongs to."""
    cloud = connect("admin", "admin")
    return {
        "servers": {s.id for s in cloud.compute.servers(all_projects=True)},
        "ports": {p.id for p in cloud.network.ports() if not p.device_owner.startswith("network:")},
        "networks": {n.id for n in cloud.network.networks()},
        "routers": {r.id for r in cloud.network.routers()},
        "floating IPs": {a.id for a in cloud.network.ips()},
        "security groups": {g.id for g in cloud.network.security_groups() if g.name != "default"},
        "load balancers": {b.id for b in cloud.load_balancer.load_balancers()},
        "volumes": {v.id for v in cloud.block_storage.volumes(all_projects=True)},
    }


def added(before: dict[str, set[str]]) -> dict[str, set[str]]:
    """What it has now that it had not before."""
    return {what: new for what, ids in everything().items() if (new := ids - before[what])}


def projects() -> set[str]:
    """Names of all of them."""
    return {str(project.name) for project in connect("admin", "admin").identity.projects()}


def stop(name: str) -> None:
    """End one process of the lab, as in `stop("keystone")`."""
    _shell('stop "$1"', name)


def break_load_balancer(id_: str) -> None:
    """What Octavia says of one whose amphora failed: only the database can be told."""
    _shell("""$SQL -e "UPDATE octavia.load_balancer SET provisioning_status='ERROR' WHERE id='$1'" """, id_)


def lose_host(host: str) -> None:
    """As a power cut does: its servers are gone, and nobody is there to say so."""
    stop(f"nova-compute-{host}")
    script = """uri="lxc:///system?socket=$LAB/libvirt/$1/libvirt-sock"
        virsh -q -c "$uri" list --name | xargs -r -n1 virsh -q -c "$uri" destroy"""
    _shell(script, host)


def carrier(router: str, address: str) -> str:
    """The id of the server that has this address now, whose MAC the router knows; empty while it knows none."""
    command = [str(SCRIPTS / "in-node.sh"), "osn1", "ip", "netns", "exec", f"qrouter-{router}"]
    command += ["ip", "-j", "neigh", "show", address]
    (known,) = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ports = connect("admin", "admin").network.ports(mac_address=known["lladdr"]) if "lladdr" in known else ()
    return next((str(port.device_id) for port in ports), "")


def start_services() -> None:
    """Start what was stopped of the services; those that run are left alone."""
    _script("services.sh")


def start_computes() -> None:
    """The same of the compute hosts."""
    _script("computes.sh")


def _shell(command: str, *words: str) -> None:
    script = f'. "$0/env.sh"; . "$HERE/lib.sh"; {command}'
    subprocess.run(["bash", "-c", script, str(SCRIPTS), *words], check=True)


def _script(name: str) -> None:
    subprocess.run([str(SCRIPTS / name)], check=True, stdout=subprocess.DEVNULL)


def stop_server(name: str) -> None:
    """What a person does in Horizon."""
    compute = connect("demo", "demo").compute
    server = compute.find_server(name, ignore_missing=False)
    compute.stop_server(server)
    deadline = time.monotonic() + 90
    while compute.get_server(server.id).status != "SHUTOFF":
        assert time.monotonic() < deadline
        time.sleep(0.5)
