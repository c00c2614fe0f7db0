"""What the project may still make, from every service that counts."""

from collections.abc import Iterator
from typing import Any, Final

from provisioning.drivers.contract import Limit
from provisioning.drivers.openstack.scope import Scope

_MIB, _GIB = 2**20, 2**30
_NEUTRON: Final = {
    "networks": "networks",
    "routers": "routers",
    "ports": "ports",
    "securityGroups": "security_groups",
    "securityGroupRules": "security_group_rules",
    "floatingIPs": "floating_ips",
}


def limits(scope: Scope) -> list[Limit]:
    """One call to Nova, Neutron and Cinder each, two to Octavia."""
    return [*_nova(scope), *_neutron(scope), *_cinder(scope), *_octavia(scope)]


def _nova(scope: Scope) -> Iterator[Limit]:
    found = scope.compute.get_limits().absolute
    yield _limit("machines", found.instances_used, found.instances)
    yield _limit("cpu", found.total_cores_used, found.total_cores)
    yield _limit("memory", found.total_ram_used, found.total_ram, unit=_MIB)


def _neutron(scope: Scope) -> Iterator[Limit]:
    found = scope.network.get_quota(scope.project_id, details=True)
    for resource, attribute in _NEUTRON.items():
        counted: dict[str, Any] = getattr(found, attribute) or {}
        used = int(counted.get("used") or 0) + int(counted.get("reserved") or 0)
        yield _limit(resource, used, counted.get("limit"))


def _cinder(scope: Scope) -> Iterator[Limit]:
    if not scope.offers("block-storage"):
        return
    found = scope.volumes.get_limits().absolute
    yield _limit("volumes", found.total_volumes_used, found.max_total_volumes)
    yield _limit("storage", found.total_gigabytes_used, found.max_total_volume_gigabytes, unit=_GIB)


def _octavia(scope: Scope) -> Iterator[Limit]:
    if not scope.offers("load-balancer"):
        return
    used = len(list(scope.balancers.load_balancers(project_id=scope.project_id)))
    yield _limit("loadBalancers", used, scope.balancers.get_quota(scope.project_id).load_balancers)


def _limit(resource: str, used: Any, limit: Any, unit: int = 1) -> Limit:
    most = -1 if limit is None else int(limit)
    return Limit(resource, int(used or 0) * unit, most * unit if most >= 0 else -1)
