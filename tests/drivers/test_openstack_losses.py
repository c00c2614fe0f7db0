"""What a real OpenStack loses: a compute host, a load balancer; and what it is told of zones, volumes and rules."""

import time
from collections.abc import Callable, Iterator

import pytest

from provisioning.drivers.admission import EVERYWHERE, MACHINES
from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    GroupRequest,
    MachineState,
    NetworkRequest,
    OutsideKind,
)
from provisioning.drivers.endpoint import EndpointRequest, EndpointView
from provisioning.drivers.errors import Unavailable
from tests.drivers.conftest import Provider, remove_everything
from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack]


@pytest.fixture
def one() -> Iterator[Provider]:
    made = Provider("openstack", {**lab.MEMBER, **lab.FAKE_ZONE}, lab.stop_server, secrets=lab.SECRETS)
    yield made
    remove_everything(made)


@pytest.mark.unhurried
def test_a_machine_goes_though_its_host_was_lost_with_it(one: Provider) -> None:
    """Nova learns only after a while that nobody is there who could do what it handed on."""
    driver, network = _prepared(one)
    made = one.running(one.machine("a", network))
    admin = lab.connect("admin", "admin").compute
    host = admin.get_server(made.id).compute_host
    lab.stop(f"nova-compute-{host}")
    try:
        admin.delete_server(made.id)  # told to a host that Nova still takes for alive
        time.sleep(3)
        assert admin.get_server(made.id).task_state == "deleting"
        (service,) = admin.services(host=host, binary="nova-compute")
        admin.update_service_forced_down(service, host, "nova-compute", True)  # as a fencing agent does
        driver.delete_machine(made.name, one.tags())
        assert OutsideKind.MACHINE not in {found.kind for found in driver.sweep(one.tags())}
    finally:
        (service,) = admin.services(host=host, binary="nova-compute")
        admin.update_service_forced_down(service, host, "nova-compute", False)
        lab.start_computes()  # waits until Nova takes each for alive


def test_a_load_balancer_in_error_is_made_anew_at_the_same_address(one: Provider) -> None:
    driver, network = _prepared(one)
    made = one.running(one.machine("a", network, group=network))
    driver.ensure_address(AddressRequest(one.name("vip"), one.tags(), network))
    request = EndpointRequest(one.name("end"), one.tags(), network, one.name("vip"), {made.name: made.inside})
    before = _ready(driver, request)
    cloud = lab.connect("demo", "demo").load_balancer
    broken = cloud.find_load_balancer(one.name("end"))
    lab.break_load_balancer(broken.id)
    after = _ready(driver, request)

    assert (after.inside, after.public) == (before.inside, before.public)
    assert cloud.find_load_balancer(one.name("end")).id != broken.id
    assert [found.kind for found in driver.sweep(one.tags())].count(OutsideKind.ENDPOINT) == 1


def test_control_planes_are_spread_over_zones(one: Provider) -> None:
    _, network = _prepared(one)
    driver = one.open(availabilityZones=["fake", "lab"], image="debian12", flavors=["lab.tiny"])
    requests = [
        one.machine(name, network, hostname=f"web-{name}", group=network) for name in ("cp-1", "cp-2", "cp-3")
    ]
    for request in requests:
        driver.ensure_machine(request)
    compute = lab.connect("demo", "demo").compute
    _until(lambda: {view.state for view in driver.list_machines(one.tags())} == {MachineState.RUNNING})
    zones = {server.name: server.availability_zone for server in compute.servers()}

    assert [zones[request.name] for request in requests] == ["fake", "lab", "fake"]


def test_a_root_disk_is_a_volume_of_the_pools_type_and_goes_with_its_machine(one: Provider) -> None:
    _, network = _prepared(one)
    driver = one.open(bootFromVolume=True, volumeType="file")
    made = driver.ensure_machine(one.machine("a", network, disk=2 * 2**30))
    _until(lambda: {view.state for view in driver.list_machines(one.tags())} == {MachineState.RUNNING})
    cloud = lab.connect("demo", "demo")
    server = cloud.compute.get_server(made.id)
    (attached,) = server.attached_volumes
    volume = cloud.block_storage.get_volume(attached["id"])
    assert (volume.volume_type, volume.size, volume.is_bootable) == ("file", 2, True)
    assert not server.image.get("id")

    driver.delete_machine(made.name, one.tags())
    _until(lambda: all(v.id != volume.id for v in cloud.block_storage.volumes()))


def test_the_group_admits_what_is_named_and_nothing_else(one: Provider) -> None:
    """As Neutron lists its rules, those that it makes by itself included."""
    _, network = _prepared(one)
    cloud = lab.connect("demo", "demo").network
    group = cloud.find_security_group(network)
    rules = list(cloud.security_group_rules(security_group_id=group.id, direction="ingress"))
    admitted = {
        (
            rule.protocol,
            rule.port_range_min or 0,
            rule.port_range_max or 0,
            rule.remote_ip_prefix or ("" if rule.remote_group_id == group.id else "elsewhere"),
        )
        for rule in rules
    }

    assert admitted == {(a.protocol, a.first, a.last, a.source) for a in MACHINES}
    assert {a.first for a in MACHINES if a.source == EVERYWHERE and a.protocol == "tcp"} == {22, 6443, 30000}
    assert len(rules) == len(MACHINES)


def _prepared(one: Provider) -> tuple[Driver, str]:
    """A network and a group; the network's name is the group's too."""
    driver = one.open()
    name = driver.ensure_network(NetworkRequest(one.name("net"), one.tags())).name
    driver.ensure_group(GroupRequest(name, one.tags(), name))
    return driver, name


def _ready(driver: Driver, request: EndpointRequest) -> EndpointView:
    """Pass after pass; one of them says that the load balancer is in ERROR."""
    for _ in range(20):
        try:
            view = driver.ensure_endpoint(request)
        except Unavailable:
            continue
        if view.ready:
            return view
    raise AssertionError("never ready")


def _until(goal: Callable[[], bool], patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not goal():
        assert time.monotonic() < deadline
        time.sleep(1)
