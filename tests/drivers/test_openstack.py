"""What only the openstack driver promises, in a real OpenStack: projects, quotas, servers, load balancers."""

import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    GroupRequest,
    MachineState,
    NetworkRequest,
    OutsideKind,
)
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest
from provisioning.drivers.errors import Conflict, Misconfigured, QuotaExceeded
from provisioning.drivers.image import ImageRequest
from provisioning.drivers.openstack import scope
from provisioning.drivers.openstack.projects import project_name
from provisioning.drivers.registry import open_driver
from tests.drivers.conftest import Provider, remove_everything
from tests.support.openstack import lab
from tests.support.ssh import new_key, ssh

pytestmark = [pytest.mark.real, pytest.mark.openstack]

REAL_ZONE = {"image": "debian12", "availabilityZones": ["lab"], "flavors": ["lab.small"]}
# Says on 6443 over TLS what a control plane's /readyz says, with a certificate made for the moment.
READY = """cd /root
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k -out c 2>/dev/null
cat >s.py <<'X'
import http.server, ssl
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok from ready")
server = http.server.ThreadingHTTPServer(("", 6443), Ready)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain("c", "k")
server.socket = context.wrap_socket(server.socket, server_side=True); server.serve_forever()
X
setsid python3 s.py >/dev/null 2>&1 </dev/null &"""


def provider(settings: dict[str, Any]) -> Iterator[Provider]:
    one = Provider("openstack", settings, lab.stop_server, secrets=lab.SECRETS)
    yield one
    remove_everything(one)


@pytest.fixture
def tenants() -> Iterator[Provider]:
    """Each tenant has a project; machines in the zone `fake`."""
    yield from provider({**lab.ADMIN, **lab.FAKE_ZONE})


@pytest.fixture
def real() -> Iterator[Provider]:
    """One project for all; machines are system containers that run."""
    yield from provider({**lab.MEMBER, **REAL_ZONE})


def prepared(one: Provider) -> tuple[Driver, str]:
    """A network and a group; the network's name is the group's too."""
    driver = one.open()
    name = driver.ensure_network(NetworkRequest(one.name("net"), one.tags())).name
    driver.ensure_group(GroupRequest(name, one.tags(), name))
    return driver, name


def test_a_server_shows_its_host_key_and_carries_an_endpoint(real: Provider, tmp_path: Path) -> None:
    """Made, reached through its floating IP, and reached through the load balancer once it says that it is ready."""
    driver, network = prepared(real)
    user, host = new_key(tmp_path / "user"), new_key(tmp_path / "host")
    request = real.machine(
        "web-cp-1", network, group=network, ssh_key=user.public, ssh_host_key=host.private, memory=2**30
    )
    made = real.running(request)
    (listed,) = driver.list_machines(real.tags())
    known = tmp_path / "known_hosts"
    known.write_text(f"{made.address} {host.public}\n")

    assert ssh(tmp_path / "user", known, made.address, "hostname", patience=120) == "web-cp-1"
    assert made.address.startswith("172.24.4.")
    assert (listed.address, listed.inside, listed.tags) == (made.address, made.inside, real.tags())

    driver.ensure_address(AddressRequest(real.name("vip"), real.tags(), network))
    wanted = EndpointRequest(
        real.name("end"), real.tags(), network, real.name("vip"), {made.name: made.inside}
    )
    view = _until(lambda: driver.ensure_endpoint(wanted), lambda view: view.ready)
    assert view.kind is EndpointKind.EXTERNAL
    assert _get(view.public) == ""  # nobody is ready
    ssh(tmp_path / "user", known, made.address, READY)
    assert _until(lambda: _get(view.public), bool) == "ok from ready"


def test_what_the_group_does_not_admit_does_not_get_in(real: Provider, tmp_path: Path) -> None:
    _, network = prepared(real)
    user, host = new_key(tmp_path / "user"), new_key(tmp_path / "host")
    keys = {"ssh_key": user.public, "ssh_host_key": host.private}
    made = real.running(real.machine("a", network, group=network, **keys))
    known = tmp_path / "known_hosts"
    known.write_text(f"{made.address} {host.public}\n")
    serve = "setsid python3 -m http.server --directory /srv {} >/dev/null 2>&1 </dev/null &"
    for port in (30080, 10250):
        ssh(tmp_path / "user", known, made.address, serve.format(port), patience=120)

    assert _until(lambda: _code(f"http://{made.address}:30080/"), lambda code: code == "200")
    assert _code(f"http://{made.address}:10250/") == "000"  # the kubelet's: for the group only


@pytest.mark.parametrize(("user", "visibility"), [(lab.MEMBER, "private"), (lab.ADMIN, "public")])
def test_an_image_is_uploaded_once_and_again_when_it_changed(
    user: dict[str, Any], visibility: str, tmp_path: Path
) -> None:
    """Named for a release that there is not, so that no machine starts from it."""
    driver = open_driver("openstack", dict(user), lab.SECRETS)
    images = lab.connect(user["username"], user.get("project", "admin")).image
    release, file = uuid.uuid4().hex[:8], tmp_path / "disk.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", file, "1M"], check=True)
    try:
        for checksum in ("a" * 64, "a" * 64, "b" * 64):
            driver.ensure_image(ImageRequest(release, file, checksum, 2**30))
        made = list(images.images(name=f"slipway-node-{release}"))
        assert [(image.visibility, image.min_disk, image.status) for image in made] == [
            (visibility, 1, "active")
        ] * 2
    finally:
        for image in images.images(name=f"slipway-node-{release}"):
            images.delete_image(image)


def test_each_tenant_has_a_project_that_goes_with_it(tenants: Provider) -> None:
    driver, network = prepared(tenants)
    other = tenants.tags(tenant="other", cluster="c2")
    driver.ensure_network(NetworkRequest(tenants.name("net"), other))
    identity = lab.connect("admin", "admin").identity
    names = {project_name(tags) for tags in (tenants.tags(), other)}

    assert names <= {project.name for project in identity.projects()}
    assert [one.name for one in driver.sweep(other)] == [tenants.name("net")]
    with pytest.raises(Conflict, match="is not empty"):
        driver.delete_project(project_name(other))
    project = identity.find_project(project_name(other)).id
    driver.delete_network(network, other)
    driver.delete_project(project_name(other))
    assert driver.find_network(network, tenants.tags()) is not None
    assert identity.find_project(project_name(other)) is None
    groups = lab.connect("admin", "admin").network.security_groups()
    assert [group.id for group in groups if group.project_id == project] == []


def test_a_quota_that_is_short_says_by_how_much_and_goes_on_when_it_is_raised(tenants: Provider) -> None:
    driver, network = prepared(tenants)
    admin = lab.connect("admin", "admin")
    project = admin.identity.find_project(project_name(tenants.tags())).id
    admin.compute.update_quota_set(project, cores=1)
    driver.ensure_machine(tenants.machine("a", network))
    with pytest.raises(QuotaExceeded) as caught:
        driver.ensure_machine(tenants.machine("b", network))
    admin.compute.update_quota_set(project, cores=4)

    assert "cores short by 1" in caught.value.message
    assert "Quota exceeded for cores: Requested 1, but already used 1 of 1 cores" in caught.value.foreign
    assert tenants.running(tenants.machine("b", network)).state is MachineState.RUNNING
    limits = {one.resource: (one.used, one.limit) for one in driver.limits(tenants.tags())}
    assert limits["cpu"] == (2, 4)
    assert limits["networks"][0] == 1


def test_a_machine_that_no_host_takes_has_failed_in_novas_words(tenants: Provider) -> None:
    driver, network = prepared(tenants)
    compute = lab.connect("admin", "admin").compute
    flavor = compute.create_flavor(name=tenants.name("huge"), ram=20_000, vcpus=1, disk=1)
    try:
        request = tenants.machine("a", network, flavor=flavor.name)
        failed = _until(
            lambda: driver.ensure_machine(request), lambda view: view.state is not MachineState.STARTING
        )
    finally:
        compute.delete_flavor(flavor)

    assert failed.state is MachineState.FAILED
    assert "No valid host was found." in failed.message
    driver.delete_machine(failed.name, tenants.tags())
    assert OutsideKind.MACHINE not in {one.kind for one in driver.sweep(tenants.tags())}


def test_machines_carry_an_address_that_neutron_would_drop(tenants: Provider) -> None:
    _, network = prepared(tenants)
    driver = tenants.open(endpoint="virtualIP")
    made = [driver.ensure_machine(tenants.machine(name, network, group=network)) for name in ("a", "b")]
    driver.ensure_address(AddressRequest(tenants.name("vip"), tenants.tags(), network))
    members = {view.name: view.inside for view in made}
    request = EndpointRequest(tenants.name("end"), tenants.tags(), network, tenants.name("vip"), members)
    view = driver.ensure_endpoint(request)
    ports = lab.connect("admin", project_name(tenants.tags())).network.ports()
    carried = {p.name: [pair["ip_address"] for pair in p.allowed_address_pairs or []] for p in ports}

    assert (view.kind, view.ready) == (EndpointKind.VIRTUAL_IP, True)
    assert [carried[name] for name in members] == [[view.inside], [view.inside]]


def test_an_application_credential_is_enough_until_it_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = lab.connect("demo", "demo")
    made = demo.identity.create_application_credential(demo.current_user_id, name=uuid.uuid4().hex)
    settings = {"authUrl": lab.MEMBER["authUrl"], "applicationCredentialId": made.id, **lab.FAKE_ZONE}
    secrets = {"applicationCredentialSecret": made.secret}
    try:
        driver = open_driver("openstack", settings, secrets)
        assert driver.check().facts["projects"] == "one for all tenants"
    finally:
        demo.identity.delete_application_credential(demo.current_user_id, made)

    # Services may go on for minutes with a token that they have seen: the next one is refused.
    monkeypatch.setattr(scope, "_clouds", {})
    with pytest.raises(Misconfigured) as caught:
        open_driver("openstack", settings, secrets).list_machines({})
    assert caught.value.field == "spec.settings.applicationCredentialId"
    assert made.secret not in str(caught.value)


def test_check_tells_what_the_cloud_offers(tenants: Provider) -> None:
    facts = tenants.open().check().facts

    assert {"fake", "lab"} <= set(facts["zones"].split(", "))
    assert facts["endpoint"] == "load balancers of Octavia"
    assert "file" in facts["storage"].split(", ")
    assert json.dumps(dict(facts))


def _until(look: Callable[[], Any], good: Callable[[Any], bool], patience: float = 60) -> Any:
    deadline = time.monotonic() + patience
    while not good(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(1)
    return seen


def _get(address: str) -> str:
    command = ["curl", "-sk", "-m5", f"https://{address}:6443/readyz"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _code(url: str) -> str:
    command = ["curl", "-s", "-m3", "-o", "/dev/null", "-w", "%{http_code}", url]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
