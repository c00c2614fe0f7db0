"""What there is to say about a cluster at one moment: read from the API, judged, and put into words."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from slipway.cli.app import App
from slipway.cli.resources import CLUSTER, MACHINE, NODE_POOL, RUN

Document = dict[str, Any]

_OF_CLUSTER = "slipway.dev/cluster={}"


class Verdict(Enum):
    """Whether waiting makes sense."""

    WORKING = "Working"
    READY = "Ready"
    BLOCKED = "Blocked"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cluster with its pools, machines and runs."""

    cluster: Document
    pools: list[Document]
    machines: list[Document]
    runs: list[Document]

    @property
    def status(self) -> Document:
        """The cluster's status, empty before the first pass."""
        return self.cluster.get("status") or {}

    @property
    def verdict(self) -> Verdict:
        """Ready only if the status speaks of the spec that is asked for, the pools' included."""
        if is_true(condition(self.cluster, "Blocked")):
            return Verdict.BLOCKED
        meta, status = self.cluster["metadata"], self.status
        current = status.get("observedGeneration", 0) >= meta.get("generation", 0)
        settled = current and all(_as_many_as_asked(pool) for pool in self.pools)
        ready = settled and is_true(condition(self.cluster, "Ready"))
        return Verdict.READY if ready and not meta.get("deletionTimestamp") else Verdict.WORKING

    @property
    def headline(self) -> str:
        """One line: how it is, nodes, endpoint."""
        status = self.status
        nodes = status.get("nodes") or {}
        working = self.verdict is Verdict.WORKING
        parts = [(status.get("phase") or "Pending") if working else self.verdict.value]
        if nodes:
            parts.append(f"{nodes.get('ready', 0)}/{nodes.get('total', 0)} nodes ready")
        if status.get("endpoint"):
            parts.append(status["endpoint"])
        return " · ".join(parts)

    @property
    def reason(self) -> str:
        """Why it is not ready, with Slipway's own words."""
        return reason_of(self.cluster)


def take(app: App, tenant: str, name: str) -> Snapshot:
    """Read a cluster and what belongs to it; pools first, lest a new size be judged by an old cluster."""
    selector = _OF_CLUSTER.format(name)
    pools = app.api.list(NODE_POOL, tenant, selector=selector).get("items", [])
    cluster = app.api.get(CLUSTER, tenant, name)
    machines = app.api.list(MACHINE, tenant, selector=selector).get("items", [])
    runs = app.api.list(RUN, tenant, selector=selector).get("items", [])
    return Snapshot(
        cluster, pools, machines, sorted(runs, key=lambda run: run["metadata"]["creationTimestamp"])
    )


def _as_many_as_asked(pool: Document) -> bool:
    """A pool that was scaled changes nothing in its cluster's spec, so it is asked itself."""
    status, wanted = pool.get("status") or {}, pool["spec"].get("replicas", 0)
    stays = not pool["metadata"].get("deletionTimestamp")
    return stays and status.get("replicas", 0) == status.get("readyReplicas", 0) == wanted


def condition(document: Document, kind: str) -> Document | None:
    """A condition by type."""
    found: list[Document] = (document.get("status") or {}).get("conditions") or []
    return next((c for c in found if c["type"] == kind), None)


def is_true(found: Document | None) -> bool:
    """Whether there is such a condition and it holds."""
    return found is not None and found["status"] == "True"


def reason_of(cluster: Document) -> str:
    """What a cluster says of itself when it is blocked or not ready."""
    for kind in ("Blocked", "Ready"):
        found = condition(cluster, kind)
        if found and is_true(found) == (kind == "Blocked"):
            return ": ".join(filter(None, (found.get("reason", ""), found.get("message", ""))))
    return ""


def facts(snapshot: Snapshot) -> dict[str, str]:
    """Every fact worth a line in a log, by a key that stays the same while its text changes."""
    return {
        **{f"phase {p['name']}": phase_text(p) for p in snapshot.status.get("phases") or []},
        **{f"pool {p['metadata']['name']}": pool_text(p) for p in snapshot.pools},
        **{f"machine {m['metadata']['name']}": machine_text(m) for m in snapshot.machines},
        **{f"run {r['metadata']['name']}": run_text(r) for r in snapshot.runs},
        "cluster": _cluster_text(snapshot),
    }


def phase_text(phase: Document) -> str:
    """`done in 4 s`, or what it is doing."""
    if phase.get("finishedAt"):
        return f"done in {_seconds_between(phase.get('startedAt', ''), phase['finishedAt'])} s"
    return phase.get("message") or ("started" if phase.get("startedAt") else "waits")


def pool_text(pool: Document) -> str:
    """How many workers are ready, of how many."""
    ready = (pool.get("status") or {}).get("readyReplicas", 0)
    return f"{ready} of {pool['spec'].get('replicas', 0)} workers ready"


def machine_text(machine: Document) -> str:
    """State, address and whether it is a Ready node."""
    status = machine.get("status") or {}
    parts = [status.get("state") or "Pending", status.get("address", "")]
    if is_true(condition(machine, "Ready")):
        parts.append("node ready")
    elif status.get("node"):
        parts.append("node joined")
    if machine["metadata"].get("deletionTimestamp"):
        parts.append("going away")
    return " ".join(filter(None, parts))


def run_text(run: Document) -> str:
    """Playbook, phase, and the reason if it failed."""
    spec, status = run.get("spec") or {}, run.get("status") or {}
    text = f"{spec.get('playbook', '')} {status.get('phase') or 'Running'}"
    if status.get("phase") in ("Failed", "Interrupted") and status.get("message"):
        return f"{text}: {status['message']}"
    return text


def _seconds_between(start: str, end: str) -> str:
    """Seconds between two RFC 3339 times, tenths as far as they matter; `?` if one is missing."""
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except ValueError:
        return "?"
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def _cluster_text(snapshot: Snapshot) -> str:
    return " · ".join(filter(None, (snapshot.headline, snapshot.reason)))
