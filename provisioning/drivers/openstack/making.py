"""Makes Neutron objects with their mark, and finds them again by it."""

import re
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, Tags
from provisioning.drivers.errors import Exhausted, Misconfigured
from provisioning.drivers.openstack import failures, marks
from provisioning.drivers.openstack.scope import Scope

_WHOLE: Final = ("ports", "ips")
"""Listed whole: a cluster's machines ask for theirs all at once. Of the others there is one of a name."""
_TAGGED_AT_ONCE: Final = ("tag-creation", "tag-ports-during-bulk-creation")
"""Extensions of Neutron: any object can be given its tags when it is made (from 2025.1), or a port."""
_EXTENSIONS_HOLD: Final = 3600.0  # seconds; they change when Neutron is upgraded
_POOL_EMPTY: Final = re.compile(r"No more IP addresses available|Unable to find any IP address")


def make(scope: Scope, what: str, kind: OutsideKind, name: str, tags: Tags, **wanted: Any) -> Any:
    """POST, then the tags if it could not take them. Killed in between, the description says the same."""
    create = getattr(scope.network, f"create_{what}")
    if what != "ip":  # a floating IP has no name
        wanted["name"] = name
    if _takes_tags(scope, what):
        wanted["tags"] = marks.words(kind, name, tags)
    made = create(description=marks.description(kind, name, tags), **wanted)
    return tagged(scope, made, kind, name, tags)


def tagged(scope: Scope, found: Any, kind: OutsideKind, name: str, tags: Tags) -> Any:
    """The object with its tags, which are set if they are not."""
    words = marks.words(kind, name, tags)
    return found if set(words) <= set(found.tags or ()) else scope.network.set_tags(found, words)


def find(scope: Scope, what: str, kind: OutsideKind, name: str) -> list[Any]:
    """The project's objects of that name which are ours, the oldest first: `what` as in networks, routers, ports."""
    ask, mine = getattr(scope.network, what), {"project_id": scope.project_id}
    whole = what in _WHOLE
    listed = scope.memory.latest(what, lambda: list(ask(**mine))) if whole else ask(name=name, **mine)
    return marks.of_kind(listed, kind, name)


def floating_ip(scope: Scope, kind: OutsideKind, name: str, tags: Tags, **wanted: Any) -> Any:
    """One of the external network. That this is full is not the tenant's to mend, though Neutron says it as of any."""
    from openstack.exceptions import HttpException

    try:
        return make(scope, "ip", kind, name, tags, floating_network_id=external_network(scope), **wanted)
    except HttpException as error:
        said = failures.words(error)
        if _POOL_EMPTY.search(said):
            raise Exhausted(
                "the external network has no address left: free some floating IPs, or give it another subnet",
                foreign=said,
                field="spec.settings.externalNetwork",
            ) from None
        raise


def _takes_tags(scope: Scope, what: str) -> bool:
    offered = scope.home.memory.recall("extensions", lambda: _extensions(scope), seconds=_EXTENSIONS_HOLD)
    any_object, a_port = _TAGGED_AT_ONCE
    return any_object in offered or (what == "port" and a_port in offered)


def _extensions(scope: Scope) -> frozenset[str]:
    return frozenset(str(one.alias) for one in scope.network.extensions())


def external_network(scope: Scope) -> str:
    """The id of the network that floating IPs come from."""
    return scope.memory.recall("external network", lambda: _external_network(scope))


def _external_network(scope: Scope) -> str:
    wanted = scope.settings.external_network
    offered = list(scope.network.networks(is_router_external=True))
    fitting = [net for net in offered if not wanted or wanted in (net.name, net.id)]
    if len(fitting) == 1:
        return str(fitting[0].id)
    names = ", ".join(sorted(str(net.name) for net in offered)) or "none"
    problem = f"there is no external network {wanted}" if wanted else "the external network has to be named"
    raise Misconfigured(f"{problem}; the cloud has: {names}", field="spec.settings.externalNetwork")
