"""Everything in a project that is Slipway's, or that was made from inside a cluster of Slipway's."""

from collections.abc import Container, Iterator
from typing import Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags, from_inside
from provisioning.drivers.openstack import balancers, marks
from provisioning.drivers.openstack.scope import Scope

_CLUSTER: Final = "slipway/cluster"
_NEUTRON: Final = ("ports", "ips", "routers", "networks", "security_groups")


def sweep(scope: Scope, tags: Tags, clusters: Container[str]) -> list[OutsideObject]:
    """Looked up in each service. Ports and floating IPs of a machine are found as that machine."""
    found: dict[tuple[OutsideKind, str], OutsideObject] = {}
    for look in (_servers, _neutron, _balancers, _volumes):
        for one in look(scope, tags, clusters):
            found.setdefault((one.kind, one.name), one)
    return [found[key] for key in sorted(found)]


def _servers(scope: Scope, tags: Tags, _: Container[str]) -> Iterator[OutsideObject]:
    for server in scope.compute.servers(details=True):
        mark = marks.read_metadata(server.metadata)
        if mark.belongs_to(tags):
            yield mark.of(server)


def _neutron(scope: Scope, tags: Tags, _: Container[str]) -> Iterator[OutsideObject]:
    for what in _NEUTRON:
        for one in getattr(scope.network, what)(project_id=scope.project_id):
            mark = marks.read(one)
            if mark.belongs_to(tags):
                yield mark.of(one)


def _balancers(scope: Scope, tags: Tags, clusters: Container[str]) -> Iterator[OutsideObject]:
    if not scope.offers("load-balancer"):
        return
    for balancer in balancers.find_all(scope):
        mark, inside = marks.read(balancer), {_CLUSTER: balancers.cluster_of(balancer)}
        if mark.belongs_to(tags):
            yield mark.of(balancer)
        elif from_inside(inside, tags, clusters):
            yield OutsideObject(OutsideKind.ENDPOINT, balancer.name, inside, marks.made_at(balancer))


def _volumes(scope: Scope, tags: Tags, clusters: Container[str]) -> Iterator[OutsideObject]:
    if not scope.offers("block-storage"):
        return
    for volume in scope.volumes.volumes(details=True):
        inside = {_CLUSTER: marks.volume_cluster(volume.metadata)}
        if from_inside(inside, tags, clusters):
            yield OutsideObject(OutsideKind.VOLUME, volume.name, inside, marks.made_at(volume))
