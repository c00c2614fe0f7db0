"""Endpoints: a port of Slipway's own that keeps the address, behind it Octavia or the machines in turn.

With the port being ours a load balancer that is made anew has the address that the cluster was built with.
"""

from typing import Any, Final

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest, EndpointView
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack import addresses, balancers, networks
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.making import find, make, tagged
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import EndpointSetting

_ENDPOINT: Final = OutsideKind.ENDPOINT
_OCTAVIA: Final = "load-balancer"


def ensure(scope: Scope, request: EndpointRequest) -> EndpointView:
    """The endpoint as far as it gets in a few seconds."""
    kind = kind_of(scope)
    with alone(_ENDPOINT, scope.project_id, request.name):
        port = _port(scope, request)
        inside = str(port.fixed_ips[0]["ip_address"])
        public = addresses.put_on(scope, request.address, port)
        if kind is EndpointKind.EXTERNAL:
            ready = balancers.ensure(scope, request, port)
        else:
            ready = _let_members_carry(scope, request, port, inside)
        return EndpointView(request.name, kind, inside, public, ready)


def delete(scope: Scope, name: str) -> None:
    """Load balancer and port; the floating IP only loses what it led to."""
    if scope.offers(_OCTAVIA):
        balancers.delete(scope, name)
    for port in find(scope, "ports", _ENDPOINT, name):
        scope.network.delete_port(port)


def kind_of(scope: Scope) -> EndpointKind:
    """Who answers at endpoints here: Octavia, or the machines."""
    wanted = scope.settings.endpoint
    if wanted is EndpointSetting.VIRTUAL_IP:
        return EndpointKind.VIRTUAL_IP
    if scope.offers(_OCTAVIA):
        return EndpointKind.EXTERNAL
    if wanted is EndpointSetting.LOAD_BALANCER:
        raise Misconfigured(
            "the cloud has no Octavia, which load balancers come from", field="spec.settings.endpoint"
        )
    return EndpointKind.VIRTUAL_IP


def _port(scope: Scope, request: EndpointRequest) -> Any:
    if found := find(scope, "ports", _ENDPOINT, request.name):
        return tagged(scope, found[0], _ENDPOINT, request.name, request.tags)
    network = networks.require(scope, request.network)
    return make(scope, "port", _ENDPOINT, request.name, request.tags, network_id=network.id)


def _let_members_carry(scope: Scope, request: EndpointRequest, port: Any, address: str) -> bool:
    """Neutron drops what a machine sends from an address that is not its own, unless it was told before."""
    there = {p.name: p for p in scope.network.ports(network_id=port.network_id)}
    for name, member in there.items():
        pairs = member.allowed_address_pairs or []
        others = [pair for pair in pairs if pair["ip_address"] != address]
        if name in request.members and len(others) == len(pairs):
            scope.network.update_port(member, allowed_address_pairs=[*others, {"ip_address": address}])
        elif name not in request.members and len(others) < len(pairs):
            scope.network.update_port(member, allowed_address_pairs=others)
    return set(request.members) <= set(there)
