"""What a project may still make, from every service that counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from provisioning.drivers.forecast import Limit
from provisioning.drivers.openstack.scope import Scope

_MIB, _GIB = 2**20, 2**30
_NEUTRON: Final = {
    "networks": "networks",
    "subnets": "subnets",
    "routers": "routers",
    "ports": "ports",
    "securityGroups": "security_groups",
    "securityGroupRules": "security_group_rules",
    "floatingIPs": "floating_ips",
}


def limits(scope: Scope) -> list[Limit]:
    """One call to Nova, Neutron and Cinder each, two to Octavia, side by side."""
    with ThreadPoolExecutor(len(_SERVICES)) as pool:
        parts = pool.map(lambda ask: list(ask(scope)), _SERVICES)
        return [one for part in parts for one in part]


def of_new_project(home: Scope) -> list[Limit]:
    """What a project gets that is still to be made; nothing where Slipway's user may not ask for that."""
    from openstack.exceptions import ForbiddenException

    try:
        return list(_defaults(home))
    except ForbiddenException:
        return []


def _nova(scope: Scope) -> Iterator[Limit]:
    found = scope.compute.get_limits().absolute
    yield _limit("machines", found.instances_used, found.instances)
    yield _limit("cpu", found.total_cores_used, found.total_cores)
    yield _limit("memory", found.total_ram_used, found.total_ram, unit=_MIB)
    yield _limit("serverGroups", found.server_groups_used, found.server_groups)
    yield _limit("serverGroupMembers", 0, found.server_group_members)  # of each group: none is in a new one


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


_SERVICES: Final = (_nova, _neutron, _cinder, _octavia)


def _defaults(home: Scope) -> Iterator[Limit]:
    nova = home.compute.get_quota_set_defaults(home.project_id)
    yield _limit("machines", 0, nova.instances)
    yield _limit("cpu", 0, nova.cores)
    yield _limit("memory", 0, nova.ram, unit=_MIB)
    yield _limit("serverGroups", 0, nova.server_groups)
    yield _limit("serverGroupMembers", 0, nova.server_group_members)
    neutron = home.network.get_quota_default(home.project_id)
    for resource, attribute in _NEUTRON.items():
        yield _limit(resource, 0, getattr(neutron, attribute))
    if home.offers("block-storage"):
        cinder = home.volumes.get_quota_set_defaults(home.project_id)
        yield _limit("volumes", 0, cinder.volumes)
        yield _limit("storage", 0, cinder.gigabytes, unit=_GIB)
    if home.offers("load-balancer"):
        yield _limit("loadBalancers", 0, home.balancers.get_quota_default().load_balancers)


def _limit(resource: str, used: Any, limit: Any, unit: int = 1) -> Limit:
    most = -1 if limit is None else int(limit)
    return Limit(resource, int(used or 0) * unit, most * unit if most >= 0 else -1)
