"""The OpenStack lab of tests/lab/openstack, as its users see it."""

import time
from typing import Any

from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from openstack.connection import Connection

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


def connect(user: str, project: str) -> Any:
    """The SDK's own connection, to look behind the driver."""
    domain = {"user_domain_name": "Default", "project_domain_name": "Default"}
    auth = v3.Password(MEMBER["authUrl"], username=user, password=PASSWORD, project_name=project, **domain)
    return Connection(session=Session(auth))


def stop_server(name: str) -> None:
    """What a person does in Horizon."""
    compute = connect("demo", "demo").compute
    server = compute.find_server(name, ignore_missing=False)
    compute.stop_server(server)
    deadline = time.monotonic() + 90
    while compute.get_server(server.id).status != "SHUTOFF":
        assert time.monotonic() < deadline
        time.sleep(0.5)
