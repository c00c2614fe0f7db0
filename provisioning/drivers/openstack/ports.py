"""A machine's port and the floating IP by which Slipway's workers reach it; both are parts of the machine."""

from typing import Any, Final

from provisioning.drivers.contract import MachineRequest, OutsideKind
from provisioning.drivers.openstack.making import find, floating_ip, make, tagged
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import MachineAccess

_MACHINE: Final = OutsideKind.MACHINE


def ensure(scope: Scope, request: MachineRequest, network: Any, security_group: str) -> Any:
    """The port of the machine of that name."""
    if found := find(scope, "ports", _MACHINE, request.name):
        return tagged(scope, found[0], _MACHINE, request.name, request.tags)
    groups = {"security_groups": [security_group]} if security_group else {}
    wanted = {"network_id": network.id, **groups}
    return make(scope, "port", _MACHINE, request.name, request.tags, **wanted)


def mend(scope: Scope, name: str, security_group: str) -> Any | None:
    """The machine's port, in the cluster's security group; groups that others put it in are left."""
    port = next(iter(find(scope, "ports", _MACHINE, name)), None)
    if port and security_group and security_group not in port.security_group_ids:
        port = scope.network.update_port(port, security_groups=[*port.security_group_ids, security_group])
    return port


def inside(port: Any) -> str:
    """The address inside its network."""
    return str(port.fixed_ips[0]["ip_address"])


def address(scope: Scope, request: MachineRequest, port: Any) -> str:
    """Where Slipway reaches it: at a floating IP, which is made if it is not there, unless it is reached directly."""
    if scope.settings.machine_access is MachineAccess.DIRECT:
        return inside(port)
    found = next(iter(find(scope, "ips", _MACHINE, request.name)), None)
    if found is None:
        found = floating_ip(scope, _MACHINE, request.name, request.tags, port_id=port.id)
    elif found.port_id != port.id:
        scope.network.update_ip(found, port_id=port.id)
    return str(found.floating_ip_address)


def delete(scope: Scope, name: str) -> None:
    """Once the server is gone: Nova deletes only ports that it made itself."""
    for address in find(scope, "ips", _MACHINE, name):
        scope.network.delete_ip(address)
    for port in find(scope, "ports", _MACHINE, name):
        scope.network.delete_port(port)
