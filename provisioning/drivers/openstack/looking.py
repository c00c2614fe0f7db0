"""One look at all that a project has: a list of each kind, shared by all who are content with one that is not older."""

import time
from dataclasses import dataclass
from typing import Any, Final

from provisioning.drivers.openstack.scope import Scope

_NEUTRON: Final = ("networks", "routers", "ports", "ips", "security_groups")
_OCTAVIA: Final = "load-balancer"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything of one moment: nine calls for a project of any size (up to a page of each)."""

    at: float  # monotonic
    servers: list[Any]
    server_groups: list[Any]
    networks: list[Any]
    routers: list[Any]
    ports: list[Any]
    ips: list[Any]
    security_groups: list[Any]
    balancers: list[Any]
    pools: list[Any]


def look(scope: Scope, max_age: float) -> Look:
    """A look that began at most `max_age` seconds ago; many who ask at once cause one."""
    with scope.looking:
        if scope.looked is None or time.monotonic() - scope.looked.at > max_age:
            scope.looked = _look(scope)
        found: Look = scope.looked
        return found


def _look(scope: Scope) -> Look:
    mine = {"project_id": scope.project_id}
    octavia = scope.balancers if scope.offers(_OCTAVIA) else None
    return Look(
        at=time.monotonic(),
        servers=list(scope.compute.servers(details=True)),
        server_groups=list(scope.compute.server_groups()),
        balancers=list(octavia.load_balancers(**mine)) if octavia else [],
        pools=list(octavia.pools(**mine)) if octavia else [],
        **{what: list(getattr(scope.network, what)(**mine)) for what in _NEUTRON},
    )
