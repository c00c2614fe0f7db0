"""One look at all that a project has: a list of each kind, shared by all who are content with one that is not older."""

from dataclasses import dataclass
from typing import Any, Final

from provisioning.drivers.openstack.scope import Scope

_NEUTRON: Final = ("networks", "routers", "ports", "ips", "security_groups")
_OCTAVIA: Final = "load-balancer"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything of one moment: nine calls for a project of any size (up to a page of each)."""

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
    """A look that began at most `max_age` seconds ago; those who wait for one share the next."""
    return scope.memory.latest("look", lambda: _look(scope), max_age=max_age)


def _look(scope: Scope) -> Look:
    mine = {"project_id": scope.project_id}
    octavia = scope.balancers if scope.offers(_OCTAVIA) else None
    return Look(
        servers=list(scope.compute.servers(details=True)),
        server_groups=list(scope.compute.server_groups()),
        balancers=list(octavia.load_balancers(**mine)) if octavia else [],
        pools=list(octavia.pools(**mine)) if octavia else [],
        **{what: list(getattr(scope.network, what)(**mine)) for what in _NEUTRON},
    )
