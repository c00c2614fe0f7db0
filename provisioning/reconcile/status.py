"""A cluster's status as a pure function of what was declared and what was seen; tested by a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from provisioning import conditions as c
from provisioning.kube.observation import ClusterObservation
from slipway.kernel.conditions import Condition, ConditionStatus, condition
from slipway.kernel.errors import Actor, SlipwayError
from slipway.kernel.results import Done, Result, Wait


@dataclass(frozen=True, slots=True)
class Problem:
    """Something is wrong that does not stop the pass: shown while Slipway mends it."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the status depends on."""

    generation: int
    control_planes: int  # declared
    workers: int  # declared
    outcome: Result | SlipwayError  # how the pass ended
    running: frozenset[str] = frozenset()  # machines that the provider says run
    declared: frozenset[str] = frozenset()  # machines that should run
    network: bool = False
    endpoint: bool = False
    observation: ClusterObservation | None = None
    addons: frozenset[str] = frozenset()  # asked for
    problems: tuple[tuple[str, str], ...] = ()  # (reason, message) of what is being mended
    deleting: bool = False
    absent: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # add-ons that cannot be there, and why
    held: Problem | None = None  # somebody has to act on something that the cluster waits for


@dataclass(frozen=True, slots=True)
class Verdict:
    """What goes into the status."""

    conditions: list[Condition]
    ready_nodes: int
    total_nodes: int
    ready: bool
    problems: tuple[tuple[str, str], ...] = field(default=())


def compute(facts: Facts) -> Verdict:
    """Conditions in the order a person asks: what is it made of, does it answer, is all of it there."""
    seen = facts.observation
    ready_nodes = frozenset(n.name for n in seen.nodes if n.ready) if seen else frozenset()
    problems = (*_outcome_problem(facts), *facts.problems, *_seen_problems(facts))
    ready = not problems and isinstance(facts.outcome, Done) and not facts.deleting
    parts = [
        _part(facts, c.NETWORK_READY, facts.network, c.WAITING_FOR_NETWORK, "the network is not there yet"),
        _part(
            facts,
            c.MACHINES_READY,
            facts.declared <= facts.running and bool(facts.declared),
            *_machines(facts),
        ),
        _part(facts, c.ENDPOINT_READY, bool(seen and seen.api_ready), *_api(facts)),
        _part(facts, c.CONTROL_PLANE_READY, _control_plane_ready(facts), *_control_plane(facts)),
        _part(facts, c.WORKERS_READY, _workers_ready(facts), *_nodes(facts)),
        _part(facts, c.ADDONS_READY, _addons_ready(facts), *_addons(facts)),
        _unavailable(facts),
        _blocked(facts),
        _ready(facts, ready=ready, problems=problems),
    ]
    total = facts.control_planes + facts.workers
    return Verdict(parts, len(ready_nodes), total, ready, problems)


def _part(facts: Facts, kind: str, good: bool, reason: str, message: str) -> Condition:  # noqa: FBT001 - the verdict itself
    if good:
        return condition(kind, "True", c.AS_DECLARED, generation=facts.generation)
    seen = facts.observation
    unknown = kind in _FROM_INSIDE if seen is None else kind in _THROUGH_API and not seen.api_ready
    status: ConditionStatus = "Unknown" if unknown else "False"
    return condition(kind, status, reason, message, generation=facts.generation)


_THROUGH_API = (c.WORKERS_READY, c.ADDONS_READY)
_FROM_INSIDE = (c.CONTROL_PLANE_READY, c.ENDPOINT_READY, *_THROUGH_API)


def _machines(facts: Facts) -> tuple[str, str]:
    away = sorted(facts.declared - facts.running)
    return c.WAITING_FOR_MACHINES, f"not running: {_names(away)}" if away else "no machine is there yet"


def _api(facts: Facts) -> tuple[str, str]:
    seen = facts.observation
    if seen is None:
        return c.WAITING_FOR_API, "not looked at yet"
    return c.API_UNREACHABLE, seen.api_message or "the API does not answer at its endpoint"


def _control_plane_ready(facts: Facts) -> bool:
    seen = facts.observation
    if seen is None or not seen.api_ready:
        return False
    nodes = sum(1 for n in seen.nodes if n.control_plane and n.ready)
    members = sum(1 for m in seen.etcd_members if m.healthy and not m.is_learner)
    return nodes >= facts.control_planes and members >= facts.control_planes


def _control_plane(facts: Facts) -> tuple[str, str]:
    seen = facts.observation
    if seen is None:
        return c.WAITING_FOR_API, "not looked at yet"
    sick = sorted(m.name or m.id for m in seen.etcd_members if not m.healthy)
    if sick:
        return c.ETCD_UNHEALTHY, f"etcd members do not answer: {_names(sick)}"
    voting = sum(1 for m in seen.etcd_members if not m.is_learner)
    if seen.api_ready and voting < facts.control_planes:
        return c.WAITING_FOR_ETCD, f"{voting} of {facts.control_planes} etcd members are there and vote"
    return _nodes(facts)


def _workers_ready(facts: Facts) -> bool:
    seen = facts.observation
    ready = (
        {n.name for n in seen.nodes if n.ready and not n.control_plane} if seen and seen.api_ready else set()
    )
    return seen is not None and seen.api_ready and len(ready) >= facts.workers


def _nodes(facts: Facts) -> tuple[str, str]:
    seen = facts.observation
    if seen is None:
        return c.WAITING_FOR_API, "not looked at yet"
    if not seen.api_ready:
        return _api(facts)
    ready = {n.name for n in seen.nodes if n.ready}
    waiting = sorted(facts.declared - ready)
    return c.WAITING_FOR_NODES, f"nodes not Ready: {_names(waiting)}" if waiting else "nodes are missing"


def _addons_ready(facts: Facts) -> bool:
    seen = facts.observation
    return bool(seen and seen.dns_ready and all(seen.addons_ready.get(a, False) for a in facts.addons))


def _addons(facts: Facts) -> tuple[str, str]:
    seen = facts.observation
    if seen is None:
        return c.WAITING_FOR_API, "not looked at yet"
    if not seen.api_ready:
        return _api(facts)
    if not seen.dns_ready:
        return c.WAITING_FOR_DNS, "cluster DNS does not answer yet"
    waiting = sorted(a for a in facts.addons if not seen.addons_ready.get(a, False))
    return c.WAITING_FOR_NODES, f"not ready: {_names(waiting)}"


def _unavailable(facts: Facts) -> Condition:
    """What the cluster is Ready without; the reason of the first, the message of each."""
    if not facts.absent:
        return condition(c.ADDON_UNAVAILABLE, "False", c.AS_DECLARED, generation=facts.generation)
    first = next(iter(facts.absent.values()))[0]
    text = "; ".join(f"{name}: {message}" for name, (_, message) in facts.absent.items())
    return condition(c.ADDON_UNAVAILABLE, "True", first, text, generation=facts.generation)


def _names(names: Iterable[str], most: int = 5) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def _outcome_problem(facts: Facts) -> list[tuple[str, str]]:
    if isinstance(facts.outcome, Wait):
        return [(facts.outcome.reason, facts.outcome.message)]
    if isinstance(facts.outcome, SlipwayError):
        error = facts.outcome
        said = f" ({error.foreign})" if error.foreign and error.foreign not in error.message else ""
        return [(error.code, f"{error.message}{said}")]
    return []


def _seen_problems(facts: Facts) -> list[tuple[str, str]]:
    """What was seen to be short of the declaration, most important first. Only after the cluster was up once."""
    seen = facts.observation
    if seen is None or facts.deleting or not isinstance(facts.outcome, Done):
        return []
    checks = (
        (seen.api_ready, _api),
        (facts.declared <= facts.running, _machines),
        (_control_plane_ready(facts), _control_plane),
        (_workers_ready(facts), _nodes),
        (seen.dns_ready, _addons),
    )
    return [problem(facts) for good, problem in checks if not good][:1]


def blocked(outcome: Result | SlipwayError, generation: int) -> Condition:
    """Whether somebody has to act before an object of any kind can go on, and who."""
    if isinstance(outcome, SlipwayError) and (held := to_act(outcome)):
        return condition(c.BLOCKED, "True", held.reason, held.message, generation=generation)
    return condition(c.BLOCKED, "False", c.AS_DECLARED, generation=generation)


def to_act(error: SlipwayError) -> Problem | None:
    """What is wrong and who has to act; None when it passes by itself."""
    if error.actor is Actor.NOBODY:
        return None
    return Problem(error.code, f"{error.message}. {_WHO[error.actor]}; it goes on by itself then.")


_WHO = {Actor.TENANT: "You can mend it", Actor.OPERATOR: "The operator has to mend it"}


def _blocked(facts: Facts) -> Condition:
    if facts.held and isinstance(facts.outcome, Wait):
        return condition(
            c.BLOCKED, "True", facts.held.reason, facts.held.message, generation=facts.generation
        )
    return blocked(facts.outcome, facts.generation)


def _ready(facts: Facts, *, ready: bool, problems: Iterable[tuple[str, str]]) -> Condition:
    if ready:
        return condition(
            c.READY,
            "True",
            c.AS_DECLARED,
            "every node is Ready, the API and DNS answer",
            generation=facts.generation,
        )
    first = next(iter(problems), (c.RECONCILING, "being worked on"))
    if facts.deleting and not isinstance(facts.outcome, SlipwayError | Wait):
        first = (c.DELETING, "everything outside is being removed")
    return condition(c.READY, "False", first[0], first[1], generation=facts.generation)
