"""What a cluster's machines share: a security group, and a server group that keeps them on different hosts."""

from collections.abc import Mapping
from typing import Any, Final

from provisioning.drivers.admission import Admission
from provisioning.drivers.contract import GroupRequest, OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.making import find, make, tagged
from provisioning.drivers.openstack.scope import Scope

_GROUP: Final = OutsideKind.GROUP
_POLICY: Final = "soft-anti-affinity"  # a cloud with few hosts gets its machines all the same


def ensure(scope: Scope, request: GroupRequest) -> None:
    """Both, with exactly the rules asked for: what somebody else opened is closed."""
    with alone(_GROUP, scope.project_id, request.name):
        group = next(iter(find(scope, "security_groups", _GROUP, request.name)), None)
        if group is None:
            group = make(scope, "security_group", _GROUP, request.name, request.tags)
        else:
            tagged(scope, group, _GROUP, request.name, request.tags)
        _rules(scope, group, request.admit)
        # Nova's groups carry no tags: the security group, made first and deleted last, is the record of both.
        if not _server_groups(scope, request.name):
            scope.compute.create_server_group(name=request.name, policy=_POLICY)


def require(scope: Scope, name: str) -> tuple[str, str]:
    """The ids of security group and server group; Unavailable when one is gone, since the next pass makes it."""
    found = scope.memory.recall(f"group {name}", lambda: _ids(scope, name))
    if found is None:
        raise Unavailable(f"group {name} does not exist at the provider")
    return found


def delete(scope: Scope, name: str) -> None:
    for server_group in _server_groups(scope, name):
        scope.compute.delete_server_group(server_group)
    for group in find(scope, "security_groups", _GROUP, name):
        scope.network.delete_security_group(group)
    scope.memory.forget()


def _ids(scope: Scope, name: str) -> tuple[str, str] | None:
    security = find(scope, "security_groups", _GROUP, name)
    servers = _server_groups(scope, name)
    return (security[0].id, servers[0].id) if security and servers else None


def _server_groups(scope: Scope, name: str) -> list[Any]:
    return sorted((g for g in scope.compute.server_groups() if g.name == name), key=lambda g: str(g.id))


def _rules(scope: Scope, group: Any, admit: tuple[Admission, ...]) -> None:
    there = {
        _admission(rule, group.id): rule["id"]
        for rule in group.security_group_rules or ()
        if rule["direction"] == "ingress"
    }
    missing = [_rule(admission, group.id) for admission in sorted(set(admit) - set(there))]
    if missing:
        list(scope.network.create_security_group_rules(missing))
    for admission in set(there) - set(admit):
        scope.network.delete_security_group_rule(there[admission])


def _admission(rule: Mapping[str, Any], group: str) -> Admission:
    source = rule.get("remote_ip_prefix") or rule.get("remote_group_id") or "0.0.0.0/0"
    first, last = rule.get("port_range_min") or 0, rule.get("port_range_max") or 0
    return Admission(str(rule.get("protocol") or "any"), first, last, "" if source == group else source)


def _rule(admission: Admission, group: str) -> dict[str, Any]:
    ports = {"port_range_min": admission.first, "port_range_max": admission.last} if admission.first else {}
    source = {"remote_ip_prefix": admission.source} if admission.source else {"remote_group_id": group}
    return {
        "security_group_id": group,
        "direction": "ingress",
        "ethertype": "IPv4",
        "protocol": admission.protocol,
        **ports,
        **source,
    }
