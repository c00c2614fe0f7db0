"""What was made, in short: facts that only somebody's change makes differ, by the object that they are part of."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from provisioning.drivers.contract import Tags
from provisioning.drivers.openstack import marks
from provisioning.drivers.openstack.looking import Look, look
from provisioning.drivers.openstack.scope import Scope
from slipway.kernel.names import short_hash

Fact = tuple[str, Any]  # of which object, what
_INTERFACE: Final = "network:router_interface"
_RULE: Final = (
    "direction", "ethertype", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id",
)  # fmt: skip


def of(scope: Scope, tags: Tags, max_age: float) -> Mapping[str, str]:
    """A digest for each object that carries `tags`, of all its parts."""
    facts: defaultdict[str, list[str]] = defaultdict(list)
    for name, fact in _facts(look(scope, max_age), tags):
        facts[name].append(json.dumps(fact, default=str))
    return {name: short_hash(*sorted(known)) for name, known in facts.items()}


def _facts(seen: Look, tags: Tags) -> Iterator[Fact]:
    yield from _of_networks(seen, tags)
    yield from _of_groups(seen, tags)
    yield from _of_ports(seen, tags)
    yield from _of_balancers(seen, tags)


def _marked(objects: Iterable[Any], tags: Tags) -> Iterator[tuple[str, Any]]:
    for one in objects:
        mark = marks.read(one)
        if mark.belongs_to(tags):
            yield _named(mark), one


def _named(mark: marks.Mark) -> str:
    return f"{mark.kind} {mark.name}"


def _of_networks(seen: Look, tags: Tags) -> Iterator[Fact]:
    ours = {}
    for name, network in _marked(seen.networks, tags):
        ours[network.id] = name
        yield name, ("network", network.id, network.is_admin_state_up, sorted(network.subnet_ids or ()))
    for name, router in _marked(seen.routers, tags):
        outward = (router.external_gateway_info or {}).get("network_id")
        yield name, ("router", router.id, router.is_admin_state_up, outward)
    for port in seen.ports:
        if port.network_id in ours and port.device_owner.startswith(_INTERFACE):
            yield ours[port.network_id], ("interface", port.id, port.device_id)


def _of_groups(seen: Look, tags: Tags) -> Iterator[Fact]:
    for name, group in _marked(seen.security_groups, tags):
        rules = [[rule.get(key) for key in _RULE] for rule in group.security_group_rules or ()]
        yield name, ("rules", group.id, sorted(map(str, rules)))
        for spread in seen.server_groups:
            if spread.name == group.name:
                yield name, ("server group", spread.id)


def _of_ports(seen: Look, tags: Tags) -> Iterator[Fact]:
    for name, port in _marked(seen.ports, tags):
        fixed = sorted(ip["ip_address"] for ip in port.fixed_ips or ())
        carried = sorted(pair["ip_address"] for pair in port.allowed_address_pairs or ())
        guarded = sorted(port.security_group_ids or ())
        yield name, ("port", port.id, port.is_admin_state_up, fixed, carried, guarded)
    for name, address in _marked(seen.ips, tags):
        yield name, ("address", address.id, address.floating_ip_address, address.port_id)


def _of_balancers(seen: Look, tags: Tags) -> Iterator[Fact]:
    ours = {}
    for name, one in _marked(seen.balancers, tags):
        ours[one.id] = name
        broken = one.provisioning_status == "ERROR"
        parts = sorted(part["id"] for part in [*(one.listeners or ()), *(one.pools or ())])
        yield name, ("balancer", one.id, one.vip_port_id, one.is_admin_state_up, broken, parts)
    for pool in seen.pools:
        for balancer in pool.loadbalancers or ():
            if balancer["id"] in ours:
                members = sorted(member["id"] for member in pool.members or ())
                watched = (pool.health_monitor_id, pool.is_admin_state_up)
                yield ours[balancer["id"]], ("pool", pool.id, members, watched)
