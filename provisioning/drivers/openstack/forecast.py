"""What a cluster would take of the project: counted from what the modules beside this one make for each object."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from provisioning.drivers.admission import MACHINES
from provisioning.drivers.endpoint import EndpointKind
from provisioning.drivers.errors import Conflict, DriverError, Invalid, Misconfigured, QuotaExceeded
from provisioning.drivers.forecast import Forecast, MachineForecast, Size, Takes, Wanted
from provisioning.drivers.openstack import endpoints, images, networks
from provisioning.drivers.openstack.machines import flavor_of
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import MachineAccess

_MIB, _GIB = 2**20, 2**30
_OWN_RULES: Final = (
    2  # Neutron lets everything out of a new security group, by a rule for IPv4 and one for IPv6
)


def forecast(scope: Scope, wanted: Wanted) -> Forecast:
    """Lists of flavors and images are remembered for a minute; subnets are asked for where a cidr is wanted."""
    name, image = images.known(scope, wanted.release)
    problems = list(_problems(scope, wanted, image))
    kind = _kind(scope)
    if isinstance(kind, DriverError):
        problems.append(kind)
        kind = EndpointKind.EXTERNAL
    return Forecast(
        tuple(_machine(scope, size, image, wanted) for size in wanted.machines),
        _shared(wanted, kind),
        kind,
        name,
        image is not None,
        scope.settings.address_space,
        tuple(problems),
    )


def _machine(scope: Scope, size: Size, image: Any | None, wanted: Wanted) -> MachineForecast:
    memory, disk = (image.min_ram or 0, image.min_disk or 0) if image else (0, -(-wanted.image_disk // _GIB))
    try:
        flavor = flavor_of(scope, size, memory, disk)
    except (Invalid, Misconfigured, QuotaExceeded) as error:
        return MachineForecast(size.flavor, size.cpu, size.memory, size.disk, problem=error)
    takes = Counter(machines=1, cpu=flavor.vcpus, memory=flavor.ram * _MIB, ports=1, serverGroupMembers=1)
    if scope.settings.machine_access is MachineAccess.FLOATING_IP:
        takes["floatingIPs"] = 1
    root = int(flavor.disk) * _GIB
    if scope.settings.boot_from_volume:
        needed = max(size.disk, disk * _GIB, image.size or 0 if image else 0)
        root = images.volume_gib(needed) * _GIB
        takes.update(volumes=1, storage=root)
    return MachineForecast(flavor.name, flavor.vcpus, flavor.ram * _MIB, root, takes)


def _shared(wanted: Wanted, endpoint: EndpointKind) -> Takes:
    """Ports of a network: the router's, and the one by which it gives addresses out."""
    takes = Counter(serverGroupMembers=wanted.members, storage=-(-wanted.storage // _GIB) * _GIB)
    if wanted.network:
        takes.update(networks=1, subnets=1, routers=1, ports=2)
    if wanted.group:
        takes.update(securityGroups=1, securityGroupRules=len(MACHINES) + _OWN_RULES, serverGroups=1)
    if wanted.address:
        takes.update(floatingIPs=1)
    if wanted.endpoint:
        takes.update(ports=1, loadBalancers=int(endpoint is EndpointKind.EXTERNAL))
    return {resource: amount for resource, amount in takes.items() if amount}


def _kind(scope: Scope) -> EndpointKind | DriverError:
    try:
        return endpoints.kind_of(scope)
    except Misconfigured as error:
        return error


def _problems(scope: Scope, wanted: Wanted, image: Any | None) -> Iterator[DriverError]:
    """What no quota mends: an image that somebody has to upload, a network in the way."""
    try:
        if image is None and not images.is_ours(scope.settings):
            images.find(scope, wanted.release)
        if wanted.network and wanted.cidr:
            networks.require_free(scope, wanted.cidr)
    except (Misconfigured, Conflict, Invalid) as error:
        yield error
