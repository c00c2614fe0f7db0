"""What fits into what is free, and what is short, in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from provisioning.drivers.errors import DriverError
from provisioning.drivers.forecast import Limit, MachineForecast, Takes
from slipway.kernel import quantity
from slipway.kernel.errors import Actor, SlipwayError

QUOTA_EXCEEDED: Final = "QuotaExceeded"
ADVICE: Final = "Ask for less or free some, or have the provider's operator raise it"
BYTES: Final = frozenset({"memory", "storage"})
_NOUNS: Final = {
    "cpu": "cores",
    "floatingIPs": "floating IPs",
    "loadBalancers": "load balancers",
    "securityGroups": "security groups",
    "securityGroupRules": "security group rules",
    "serverGroups": "server groups",
    "serverGroupMembers": "machines of one server group",
}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that keeps a cluster from being made, and who has to act."""

    code: str
    message: str
    actor: Actor
    field: str = ""
    resource: str = ""  # of a quota
    short: float = 0
    advice: str = ""  # where who acts is not all that can be said


@dataclass(frozen=True, slots=True)
class Room:
    """What is free, by resource; what is not named has no limit."""

    limits: Mapping[str, Limit]

    @classmethod
    def of(cls, limits: Iterable[Limit]) -> "Room":
        return cls({one.resource: one for one in limits if one.limit >= 0})

    def shortfalls(self, takes: Takes) -> list[Shortfall]:
        """What is short when all of that is taken. What takes nothing is never short, whatever was lowered."""
        return [
            _short(self.limits[resource], amount)
            for resource, amount in takes.items()
            if amount > 0 and resource in self.limits and amount > _free(self.limits[resource])
        ]


def total(takes: Iterable[Takes]) -> Takes:
    """The sum, resource by resource."""
    summed: Counter[str] = Counter()
    for one in takes:
        summed.update(one)
    return dict(summed)


def problems(machines: Iterable[MachineForecast], others: Iterable[DriverError] = ()) -> list[Shortfall]:
    """What no quota mends, each once."""
    found = [*others, *(m.problem for m in machines if m.problem)]
    return list(dict.fromkeys(_problem(error) for error in found))


def as_error(shortfalls: list[Shortfall]) -> SlipwayError:
    """One error that says all of it; what no quota mends comes first."""
    ordered = sorted(shortfalls, key=lambda s: s.code == QUOTA_EXCEEDED)
    first = ordered[0]
    quota = [s.message for s in ordered if s.resource]
    said = [s.message for s in ordered if not s.resource]
    if quota:
        said.append(f"the provider's quota has no room: {', '.join(quota)}. {ADVICE}")
    return SlipwayError(first.code, "; ".join(said), actor=first.actor, field=first.field)


def shown(resource: str, amount: float) -> str:
    """An amount as people write it: 4Gi, 2.5, 12."""
    return quantity.human(int(amount)) if resource in BYTES else f"{amount:g}"


def noun(resource: str) -> str:
    """What a resource is called."""
    return _NOUNS.get(resource, resource)


def _free(limit: Limit) -> int:
    return max(limit.limit - limit.used, 0)


def _short(limit: Limit, amount: float) -> Shortfall:
    free, what = _free(limit), limit.resource
    text = (
        f"{noun(what)} short by {shown(what, amount - free)}"
        f" ({shown(what, amount)} needed, {shown(what, free)} of {shown(what, limit.limit)} free)"
    )
    return Shortfall(QUOTA_EXCEEDED, text, Actor.TENANT, "", what, amount - free, ADVICE)


def _problem(error: DriverError) -> Shortfall:
    return Shortfall(error.code, error.message, error.actor, error.field)
