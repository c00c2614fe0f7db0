"""Which machines a cluster should have, and which of those it has are surplus. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from provisioning.kinds.common import path_of
from slipway.apimachinery.kinds import Document


@dataclass(frozen=True, slots=True)
class MachinePlan:
    """A machine that is declared and not there."""

    name: str
    role: Literal["control_plane", "worker"]
    pool: str
    shape: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between what is declared and what is there."""

    missing: tuple[MachinePlan, ...]
    surplus: tuple[Document, ...]  # control planes first, in the order of their removal

    @property
    def surplus_names(self) -> frozenset[str]:
        """Names of the Machines that have to go."""
        return frozenset(m["metadata"]["name"] for m in self.surplus)


def plan(cluster: Document, pools: Iterable[Document], machines: Iterable[Document]) -> Plan:
    """What has to be made and what has to go, so that the machines become what the specs say."""
    machines = list(machines)
    missing, surplus = _control_planes(cluster, [m for m in machines if m["spec"]["role"] == "control_plane"])
    workers = [m for m in machines if m["spec"]["role"] == "worker"]
    known = set()
    for pool in pools:
        name = pool["metadata"]["name"]
        known.add(name)
        more, less = _pool(pool, [m for m in workers if m["spec"]["pool"] == name])
        missing += more
        surplus += less
    surplus += [m for m in workers if m["spec"]["pool"] not in known]  # their pool is gone
    return Plan(tuple(missing), tuple(surplus))


def _leaving(document: Document) -> bool:
    return bool(document["metadata"].get("deletionTimestamp"))


def _control_planes(cluster: Document, machines: list[Document]) -> tuple[list[MachinePlan], list[Document]]:
    spec = cluster["spec"]["controlPlane"]
    wanted = [f"{cluster['metadata']['name']}-cp-{i + 1}" for i in range(spec["replicas"])]
    present = {m["metadata"]["name"] for m in machines}
    missing = [MachinePlan(n, "control_plane", "", spec["machine"]) for n in wanted if n not in present]
    surplus = [m for m in machines if _leaving(m) or m["metadata"]["name"] not in wanted]
    return missing, sorted(surplus, key=lambda m: (not _leaving(m), m["metadata"]["name"]))


def _number(machine: Document) -> int:
    return int(machine["metadata"]["name"].rsplit("-", 1)[1])


def _pool(pool: Document, machines: list[Document]) -> tuple[list[MachinePlan], list[Document]]:
    name = pool["metadata"]["name"]
    replicas = 0 if _leaving(pool) else pool["spec"]["replicas"]
    staying = [m for m in machines if not _leaving(m)]
    # Those that never became nodes go first, then the youngest number: nothing that carries pods goes without need.
    staying.sort(key=lambda m: (not path_of(m, "status.joined", False), _number(m)))
    surplus = [m for m in machines if _leaving(m)] + staying[replicas:]
    taken = {_number(m) for m in machines}
    free = (i for i in range(1, len(taken) + replicas + 1) if i not in taken)
    missing = [
        MachinePlan(f"{name}-{next(free)}", "worker", name, pool["spec"]["machine"])
        for _ in range(replicas - len(staying))
    ]
    return missing, surplus
