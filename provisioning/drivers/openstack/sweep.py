"""Everything in a project that is Slipway's, or that was made from inside a cluster of Slipway's."""

from collections.abc import Iterator
from typing import Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags
from provisioning.drivers.openstack import balancers, marks
from provisioning.drivers.openstack.scope import Scope

_CLUSTER: Final = "slipway/cluster"
_NEUTRON: Final = ("ports", "ips", "routers", "networks", "security_groups")


def sweep(scope: Scope, tags: Tags) -> list[OutsideObject]:
    """Looked up in each service. Ports and floating IPs of a machine are found as that machine."""
    found = {
        (one.kind, one.name): one
        for look in (_servers, _neutron, _balancers, _volumes)
        for one in look(scope, tags)
    }
    return [found[key] for key in sorted(found)]


def _servers(scope: Scope, tags: Tags) -> Iterator[OutsideObject]:
    for server in scope.compute.servers(details=True):
        mark = marks.read_metadata(server.metadata)
        if mark.belongs_to(tags):
            yield OutsideObject(OutsideKind(mark.kind), server.name, mark.tags)


def _neutron(scope: Scope, tags: Tags) -> Iterator[OutsideObject]:
    for what in _NEUTRON:
        for one in getattr(scope.network, what)(project_id=scope.project_id):
            mark = marks.read(one)
            if mark.belongs_to(tags):
                yield OutsideObject(OutsideKind(mark.kind), mark.name, mark.tags)


def _balancers(scope: Scope, tags: Tags) -> Iterator[OutsideObject]:
    if not scope.offers("load-balancer"):
        return
    for balancer in balancers.find_all(scope):
        mark, cluster = marks.read(balancer), tags.get(_CLUSTER, "")
        if mark.belongs_to(tags):
            yield OutsideObject(OutsideKind(mark.kind), mark.name, mark.tags)
        elif balancers.cluster_of(balancer, cluster):
            yield OutsideObject(OutsideKind.ENDPOINT, balancer.name, {_CLUSTER: cluster})


def _volumes(scope: Scope, tags: Tags) -> Iterator[OutsideObject]:
    if not scope.offers("block-storage"):
        return
    for volume in scope.volumes.volumes(details=True):
        cluster = marks.volume_cluster(volume.metadata)
        if cluster and cluster == tags.get(_CLUSTER):
            yield OutsideObject(OutsideKind.VOLUME, volume.name, {_CLUSTER: cluster})
