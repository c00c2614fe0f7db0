"""Networks: a Neutron network with one subnet, and a router to the external network."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network
from typing import Any, Final

from provisioning.drivers.contract import NetworkRequest, NetworkView, OutsideKind
from provisioning.drivers.errors import Conflict, QuotaExceeded, Unavailable
from provisioning.drivers.openstack import balancers
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.making import external_network, find, make, tagged
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.subnets import first_overlap, free_subnets, parse

_NETWORK: Final = OutsideKind.NETWORK
_INTERFACE: Final = "network:router_interface"  # and what begins so: those of distributed routers


def ensure(scope: Scope, request: NetworkRequest) -> NetworkView:
    """The network of that name with its subnet and router, made as far as they are not there, side by side."""
    wanted = parse(request.cidr) if request.cidr else None
    with alone(_NETWORK, scope.project_id, request.name), ThreadPoolExecutor(1) as beside:
        network = next(iter(find(scope, "networks", _NETWORK, request.name)), None)
        with alone("subnets", scope.project_id):  # a free range is chosen, then taken
            subnet, cidr = _place(scope, request.name, wanted, network)
            router = beside.submit(_router, scope, request)
            network = _network(scope, request, network)
            subnet = subnet or _subnet(scope, request, network, cidr)
        _connect(scope, *router.result(), subnet)
        return _view(network, subnet)


def find_view(scope: Scope, name: str) -> NetworkView | None:
    """The network as it is; None also while it has no subnet yet."""
    for network in find(scope, "networks", _NETWORK, name):
        for subnet in scope.network.subnets(network_id=network.id):
            return _view(network, subnet)
    return None


def require(scope: Scope, name: str) -> Any:
    """The Neutron network; Unavailable when it is gone, since the next pass makes it again."""
    found = scope.memory.recall(
        f"network {name}", lambda: next(iter(find(scope, "networks", _NETWORK, name)), None)
    )
    if found is None:
        raise Unavailable(f"network {name} does not exist at the provider")
    return found


def delete(scope: Scope, name: str) -> None:
    """Router, subnet and network; Conflict, with nothing changed, while something is on it."""
    networks = find(scope, "networks", _NETWORK, name)
    for network in networks:
        _require_unused(scope, network)
    for router in find(scope, "routers", _NETWORK, name):
        for port in _interfaces(scope, router):
            scope.network.remove_interface_from_router(router, port=port.id)
        scope.network.delete_router(router)
    for network in networks:
        scope.network.delete_network(network)
    scope.memory.forget()


def _place(
    scope: Scope, name: str, wanted: IPv4Network | None, network: Any | None
) -> tuple[Any | None, IPv4Network]:
    """The network's IPv4 subnet, if it has one, and its range or the one to take; Conflict when it cannot be."""
    subnets = list(scope.network.subnets(project_id=scope.project_id))
    for subnet in subnets:
        if network is not None and subnet.network_id == network.id and subnet.ip_version == 4:
            cidr = IPv4Network(subnet.cidr)
            if wanted and wanted != cidr:
                raise Conflict(f"network {name} exists with {cidr}", field="spec.cidr")
            return subnet, cidr
    return None, _free(scope, name, wanted, subnets)


def _network(scope: Scope, request: NetworkRequest, network: Any | None) -> Any:
    if network is None:
        return make(scope, "network", _NETWORK, request.name, request.tags)
    return tagged(scope, network, _NETWORK, request.name, request.tags)


def _subnet(scope: Scope, request: NetworkRequest, network: Any, cidr: IPv4Network) -> Any:
    dns = {"dns_nameservers": list(request.dns)} if request.dns else {}
    range_ = {"network_id": network.id, "ip_version": 4, "cidr": str(cidr), **dns}
    return make(scope, "subnet", _NETWORK, request.name, request.tags, **range_)


def _free(scope: Scope, name: str, wanted: IPv4Network | None, subnets: list[Any]) -> IPv4Network:
    if wanted:
        _require_free(wanted, subnets)
        return wanted
    taken = [net for nets in _taken(subnets).values() for net in nets]
    space = IPv4Network(scope.settings.address_space)
    for cidr in free_subnets(space, name, taken):
        return cidr
    raise QuotaExceeded("no free subnet is left in the provider's address space")


def require_free(scope: Scope, cidr: str) -> None:
    """Conflict says what of the project is in the way."""
    _require_free(parse(cidr), list(scope.network.subnets(project_id=scope.project_id)))


def _require_free(wanted: IPv4Network, subnets: list[Any]) -> None:
    if collision := first_overlap(wanted, _taken(subnets)):
        raise Conflict(f"the network {wanted} overlaps {collision}", field="spec.cidr")


def _taken(subnets: list[Any]) -> dict[str, list[IPv4Network]]:
    return {f"network {s.name or s.network_id}": [IPv4Network(s.cidr)] for s in subnets if s.ip_version == 4}


def _router(scope: Scope, request: NetworkRequest) -> tuple[Any, list[Any]]:
    """The router, and its ports inside: one that was just made has none."""
    router = next(iter(find(scope, "routers", _NETWORK, request.name)), None)
    if router is None:
        gateway = {"external_gateway_info": {"network_id": external_network(scope)}}
        return make(scope, "router", _NETWORK, request.name, request.tags, **gateway), []
    return tagged(scope, router, _NETWORK, request.name, request.tags), _interfaces(scope, router)


def _connect(scope: Scope, router: Any, interfaces: list[Any], subnet: Any) -> None:
    if not any(ip["subnet_id"] == subnet.id for port in interfaces for ip in port.fixed_ips):
        scope.network.add_interface_to_router(router, subnet=subnet.id)


def _interfaces(scope: Scope, router: Any) -> list[Any]:
    return [p for p in scope.network.ports(device_id=router.id) if p.device_owner.startswith(_INTERFACE)]


def _require_unused(scope: Scope, network: Any) -> None:
    for port in scope.network.ports(network_id=network.id):
        if balancers.is_forgotten(scope, port):
            scope.network.delete_port(port)
        elif not port.device_owner.startswith("network:"):
            raise Conflict(f"network {network.name} is in use by {port.name or port.id}")


def _view(network: Any, subnet: Any) -> NetworkView:
    return NetworkView(network.name, subnet.cidr, subnet.gateway_ip, network.id, int(network.mtu or 0))
