"""The answer of `clusters/plan`: what would be made and removed, what it takes, and what is short. Pure."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from provisioning import conditions as c
from provisioning.drivers.forecast import Forecast, Limit, MachineForecast, Takes
from provisioning.kinds.common import owned_by, path_of
from provisioning.reconcile.planning import room
from provisioning.reconcile.planning.declared import Declared, is_made, size_of
from provisioning.reconcile.planning.history import Estimate
from provisioning.reconcile.planning.room import Room, Shortfall, total
from slipway.apimachinery.kinds import Document
from slipway.kernel import quantity
from slipway.kernel.errors import Actor
from tenants.quotas import NOUNS

_NOT_FOUND: Final = {
    "Network": c.NETWORK_NOT_FOUND,
    "FloatingIP": c.FLOATING_IP_NOT_FOUND,
    "StoragePool": c.STORAGE_POOL_NOT_FOUND,
}
_RAISE: Final = "Ask for less, free some, or have the tenant's quota raised"
_ADVICE: Final = {
    Actor.TENANT: "You can mend it",
    Actor.OPERATOR: "The operator has to mend it",
    Actor.NOBODY: "It passes by itself",
}
_UNITS: Final = {"cpu": "cores", "memory": "bytes", "storage": "bytes"}


@dataclass(frozen=True)
class Inputs:
    """All that a plan depends on. `forecast` is None where the provider could not be asked: `unknown` says why."""

    declared: Declared
    provider: Document | None
    forecast: Forecast | None
    limits: list[Limit]
    quota: Mapping[str, Any]  # of the tenant
    used: Mapping[str, Decimal]  # by the tenant now
    after: Mapping[str, Decimal]  # by the tenant, with all that is planned
    estimate: Estimate
    unknown: Shortfall | None = None


def render(inputs: Inputs) -> Document:
    """The whole document."""
    declared, forecast = inputs.declared, inputs.forecast
    takes = total([forecast.shared, *(m.takes for m in forecast.machines)]) if forecast else {}
    shortfalls = _shortfalls(inputs, takes)
    return {
        "apiVersion": "slipway.dev/v1",
        "kind": "ClusterPlan",
        "metadata": {"name": declared.name, "namespace": declared.namespace},
        "fits": not shortfalls,
        "provider": _provider(inputs),
        "release": declared.release,
        "image": _image(forecast),
        "machines": _machines(declared, forecast),
        "objects": _objects(declared, forecast),
        "addresses": _addresses(declared, forecast),
        "resources": {resource: _plain(amount) for resource, amount in takes.items() if amount},
        "quota": {"tenant": _tenant_quota(inputs), "cloud": _cloud_quota(inputs.limits, takes)},
        "time": _time(inputs),
        "shortfalls": [_shortfall(s) for s in shortfalls],
    }


def _provider(inputs: Inputs) -> Document:
    name = inputs.declared.cluster["spec"]["provider"]
    return {"name": name, "driver": path_of(inputs.provider or {}, "spec.driver", "")}


def _image(forecast: Forecast | None) -> Document:
    if forecast is None or not forecast.image:
        return {"name": "", "there": True}
    return {"name": forecast.image, "there": forecast.image_there}


def _machines(declared: Declared, forecast: Forecast | None) -> list[Document]:
    """A row for the control planes and one for each pool, with the machines that come and go."""
    plan, unmade = declared.plan(), declared.unmade()
    new = [(m["metadata"]["name"], m["spec"].get("pool", "")) for m in unmade]
    new += [(m.name, m.pool) for m in plan.missing]
    sizes = dict(zip(new, forecast.machines, strict=True)) if forecast else {}
    groups = [("", declared.cluster["spec"]["controlPlane"])]
    groups += [(p["metadata"]["name"], p["spec"]) for p in declared.pools]
    rows = []
    for pool, spec in groups:
        coming = [key for key in new if key[1] == pool]
        leaving = [m["metadata"]["name"] for m in plan.surplus if m["spec"].get("pool", "") == pool]
        there = [m for m in declared.machines if m["spec"].get("pool", "") == pool]
        rows.append(
            {
                "role": "worker" if pool else "control-plane",
                "pool": pool,
                "replicas": spec["replicas"],
                "create": [name for name, _ in coming],
                "keep": len(there) - len(leaving) - sum(1 for m in unmade if m in there),
                "remove": leaving,
                "asked": {key: value for key, value in spec["machine"].items() if value},
                **_size(sizes.get(coming[0]) if coming else None, spec["machine"]),
            }
        )
    gone = [m for m in plan.surplus if m["spec"].get("pool", "") not in dict(groups)]
    return rows + [_row_of_a_gone_pool(m) for m in gone]


def _row_of_a_gone_pool(machine: Document) -> Document:
    row = {"role": "worker", "pool": machine["spec"]["pool"], "replicas": 0, "create": [], "keep": 0}
    return {
        **row,
        "remove": [machine["metadata"]["name"]],
        "asked": {},
        **_size(None, machine["spec"]["machine"]),
    }


def _size(machine: MachineForecast | None, shape: Document) -> Document:
    """What a machine really gets; of those that are there, what was asked for. Empty: the provider's default."""
    if machine is None:
        asked = size_of(shape)
        machine = MachineForecast(asked.flavor, asked.cpu, asked.memory, asked.disk)
    return {
        "flavor": machine.flavor,
        "cpu": f"{machine.cpu:g}" if machine.cpu else "",
        "memory": quantity.human(machine.memory) if machine.memory else "",
        "disk": quantity.human(machine.disk) if machine.disk else "",
    }


def _objects(declared: Declared, forecast: Forecast | None) -> list[Document]:
    """The objects of the API besides machines, and the endpoint."""
    spec = declared.cluster["spec"]
    borrowed_network, borrowed_address = spec.get("network"), path_of(spec, "endpoint.floatingIP")
    kind = path_of(declared.cluster, "status.endpointKind") or (forecast.endpoint.value if forecast else "")
    found = [
        _object("Network", declared.network_name, declared.network, borrowed=bool(borrowed_network)),
        _object("FloatingIP", declared.address_name, declared.address, borrowed=bool(borrowed_address)),
    ]
    there = bool(path_of(declared.cluster, "status.endpointKind"))
    found.append(
        {"kind": "Endpoint", "name": kind, "action": "keep" if there else "create", "borrowed": False}
    )
    known = {p["metadata"]["name"]: p for p in declared.storage}
    for name in spec.get("storagePools", []):
        pool = _object("StoragePool", name, known.get(name), borrowed=True)
        found.append({**pool, "capacity": path_of(known.get(name) or {}, "spec.capacity", "")})
    return found


def _object(kind: str, name: str, document: Document | None, *, borrowed: bool) -> Document:
    missing = borrowed and document is None
    action = "missing" if missing else "keep" if is_made(document) else "create"
    return {"kind": kind, "name": name, "action": action, "borrowed": borrowed}


def _addresses(declared: Declared, forecast: Forecast | None) -> Document:
    """Who has which addresses. A network without a cidr takes a free range of the space when it is made."""
    spec, network = declared.cluster["spec"], declared.network or {}
    cidr = path_of(network, "status.cidr") or path_of(network, "spec.cidr", "")
    space = forecast.address_space if forecast and not cidr else ""
    ranges = {"network": cidr, "pods": spec["podCIDR"], "services": spec["serviceCIDR"]}
    found: Document = {
        name: {"cidr": own, "collidesWith": _overlapping(own, name, ranges)} for name, own in ranges.items()
    }
    found["network"].update({"from": space, "mayCollideWith": _overlapping(space, "network", ranges)})
    return found


def _overlapping(cidr: str, of: str, ranges: dict[str, str]) -> list[str]:
    if not cidr:
        return []
    own = ipaddress.ip_network(cidr)
    others = ((name, other) for name, other in ranges.items() if name != of and other)
    return [name for name, other in others if own.overlaps(ipaddress.ip_network(other))]


def _tenant_quota(inputs: Inputs) -> list[Document]:
    rows = []
    for resource in NOUNS:
        used, after = inputs.used.get(resource, Decimal(0)), inputs.after.get(resource, Decimal(0))
        given = inputs.quota.get(resource)
        limit = float(quantity.parse(given)) if given is not None else None
        rows.append(_row(resource, float(used), limit, float(max(after - used, Decimal(0)))))
    return rows


def _cloud_quota(limits: list[Limit], takes: Takes) -> list[Document]:
    return [
        _row(one.resource, one.used, one.limit if one.limit >= 0 else None, takes.get(one.resource, 0))
        for one in limits
    ]


def _row(resource: str, used: float, limit: float | None, needed: float) -> Document:
    left = None if limit is None else limit - used - needed
    return {
        "resource": resource,
        "unit": _UNITS.get(resource, "pieces"),
        "used": _plain(used),
        "limit": None if limit is None else _plain(limit),
        "needed": _plain(needed),
        "left": None if left is None else _plain(left),
    }


def _plain(amount: float) -> float | int:
    return int(amount) if amount == int(amount) else amount


def _time(inputs: Inputs) -> Document:
    declared, found = inputs.declared, inputs.estimate
    known: Document = {"seconds": None, "clusters": 0, "phases": []}
    if not declared.plan().missing and not declared.unmade():
        return {**known, "message": "no machine is to be made"}
    if path_of(declared.cluster, "status.initialized", False):
        return {**known, "message": "no history yet: whole clusters are timed here, not their growth"}
    if found.seconds is None:
        return {**known, "message": "no history yet: no cluster was built at this provider"}
    least, most = found.machines[0], found.machines[-1]
    sizes = f"{least}" if least == most else f"{least} to {most}"
    text = (
        f"about {found.seconds:.0f} s, as the {len(found.machines)} nearest clusters of {sizes} machines here"
    )
    phases = [{"name": name, "seconds": seconds} for name, seconds in found.phases.items()]
    return {"seconds": found.seconds, "clusters": len(found.machines), "phases": phases, "message": text}


def _shortfalls(inputs: Inputs, takes: Takes) -> list[Shortfall]:
    found = [inputs.unknown] if inputs.unknown else []
    found += _references(inputs.declared)
    if inputs.forecast:
        found += room.problems(inputs.forecast.machines, inputs.forecast.problems)
    for row in _tenant_quota(inputs):
        if row["needed"] and row["left"] is not None and row["left"] < 0:
            what, short = row["resource"], -row["left"]
            tenant = inputs.declared.namespace
            text = f"{NOUNS[what]} short by {room.shown(what, short)} in the quota of tenant {tenant}"
            found.append(Shortfall(room.QUOTA_EXCEEDED, text, Actor.TENANT, "", what, short, _RAISE))
    return found + Room.of(inputs.limits).shortfalls(takes)


def _references(declared: Declared) -> list[Shortfall]:
    """What the cluster names and is not there, and names that its own objects would have and that are taken."""
    found = [
        Shortfall(
            _NOT_FOUND[one["kind"]], f"{one['kind']} {one['name']} does not exist: create it", Actor.TENANT
        )
        for one in _objects(declared, None)
        if one["action"] == "missing"
    ]
    spec = declared.cluster["spec"]
    own = [] if spec.get("network") else [(declared.network, "spec.network")]
    own += [] if path_of(spec, "endpoint.floatingIP") else [(declared.address, "spec.endpoint.floatingIP")]
    for document, field in own:
        if document is not None and not owned_by(document, declared.cluster):
            text = f"a {document['kind']} {declared.name} is there that is not the cluster's own"
            text += f": name it in {field} to use it, or delete it"
            found.append(Shortfall(c.NAME_TAKEN, text, Actor.TENANT, field))
    return found


def _shortfall(one: Shortfall) -> Document:
    return {
        "code": one.code,
        "message": one.message,
        "actor": one.actor.value,
        "advice": one.advice or _ADVICE[one.actor],
        "field": one.field,
        "resource": one.resource,
        "short": _plain(one.short),
    }
