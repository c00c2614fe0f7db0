"""Addresses: floating IPs of the external network, marked with the name that they cannot carry."""

from typing import Any, Final

from provisioning.drivers.contract import AddressRequest, AddressView, OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.making import find, floating_ip, tagged
from provisioning.drivers.openstack.scope import Scope

_ADDRESS: Final = OutsideKind.ADDRESS


def ensure(scope: Scope, request: AddressRequest) -> AddressView:
    """The floating IP of that name."""
    with alone(_ADDRESS, scope.project_id, request.name):
        found = next(iter(find(scope, "ips", _ADDRESS, request.name)), None)
        if found is None:
            found = _again(scope, request) or floating_ip(scope, _ADDRESS, request.name, request.tags)
        else:
            tagged(scope, found, _ADDRESS, request.name, request.tags)
        return AddressView(request.name, found.floating_ip_address, found.id)


def _again(scope: Scope, request: AddressRequest) -> Any | None:
    """The very address that it was before; None where somebody has it by now, or Slipway may not choose.

    By Neutron's default an administrator may, so it is asked for where Slipway is at home.
    """
    from openstack.exceptions import BadRequestException, ConflictException, ForbiddenException

    if not request.before:
        return None
    exactly = {"project_id": scope.project_id, "floating_ip_address": request.before}
    try:
        return floating_ip(scope.home, _ADDRESS, request.name, request.tags, **exactly)
    except (BadRequestException, ConflictException, ForbiddenException):
        return None


def put_on(scope: Scope, name: str, port: Any) -> str:
    """Let the floating IP of that name lead to a port. It is Slipway's: where it led before does not matter."""
    for found in find(scope, "ips", _ADDRESS, name):
        if found.port_id != port.id:
            scope.network.update_ip(found, port_id=port.id)
        return str(found.floating_ip_address)
    raise Unavailable(f"address {name} does not exist at the provider")


def delete(scope: Scope, name: str) -> None:
    for found in find(scope, "ips", _ADDRESS, name):
        scope.network.delete_ip(found)
