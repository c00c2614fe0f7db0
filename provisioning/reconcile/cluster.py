"""The loop of one cluster: load, phases in order, status always written."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from provisioning import conditions as c
from provisioning.drivers.contract import MachineState
from provisioning.kinds.common import path_of
from provisioning.reconcile import status
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.phases import (
    control_plane,
    credential,
    dependencies,
    drift,
    endpoint,
    health,
    identity,
    machines,
    marks,
    preflight,
    release,
    shrink,
    teardown,
)
from provisioning.reconcile.planning import history
from provisioning.reconcile.providers import open_provider
from provisioning.reconcile.queue import guard
from provisioning.reconcile.recorder import close_interrupted
from provisioning.reconcile.tools import toolbox
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import condition, is_true, merge, timestamp
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Done, Result, Wait

Phase = Callable[[ClusterPass], Result]

BUILD: tuple[tuple[str, Phase], ...] = (
    ("Preflight", preflight.preflight),
    ("Network", dependencies.network),
    ("Borrow", dependencies.borrow),
    ("Drift", drift.drift),
    ("Group", endpoint.group),
    ("Release", identity.release),
    ("Identity", identity.identity),
    ("Machines", machines.machines),  # first of all that is asked for: what follows is made while they start
    ("Address", dependencies.address),
    ("Endpoint", endpoint.endpoint),
    ("Credential", credential.credential),
    ("Answers", machines.answers),
    ("Members", endpoint.members),
    ("ControlPlane", control_plane.bootstrap),
    ("Observe", control_plane.observe),
    ("Shrink", shrink.shrink),
    ("JoinControlPlanes", control_plane.join_control_planes),
    ("JoinWorkers", control_plane.join_workers),
    ("Marks", marks.marks),
    ("Health", health.health),
    ("Addons", control_plane.addons),
    ("Retire", credential.retire),
    ("Remember", drift.remember),
    ("Growth", preflight.growth),
)
TEARDOWN: tuple[tuple[str, Phase], ...] = (
    ("LoadBalancers", release.load_balancers),
    ("Machines", teardown.machines),
    ("Volumes", release.volumes),
    ("NodePools", teardown.pools),
    ("Shared", teardown.shared),
    ("Dependencies", teardown.dependencies),
    ("Proof", teardown.proof),
    ("Farewell", teardown.farewell),
)


def reconcile_cluster(
    document: Document, lease: Lease, work_on: Callable[[str], None]
) -> Result | SlipwayError:
    """One pass. Whatever happens, the status says it."""
    deleting = bool(document["metadata"].get("deletionTimestamp"))
    cluster: ClusterPass | None = None
    outcome: Result | SlipwayError
    try:
        cluster = _load(document, lease, work_on)
        outcome = _run_phases(cluster, TEARDOWN if deleting else BUILD)
    except SlipwayError as error:
        outcome = error
    if not (deleting and isinstance(outcome, Done)):
        _write_status(document, lease, cluster, outcome)
    return outcome


def _load(document: Document, lease: Lease, work_on: Callable[[str], None]) -> ClusterPass:
    leaving = bool(document["metadata"].get("deletionTimestamp"))
    provider = open_provider(document["spec"]["provider"], leaving=leaving)
    cluster = ClusterPass(document, lease, provider, toolbox(provider.driver), work_on)
    close_interrupted(document)
    cluster.reload()
    cluster.learnt["version"] = cluster.version
    return cluster


def _run_phases(cluster: ClusterPass, phases: tuple[tuple[str, Phase], ...]) -> Result:
    """Phases in order; the first that has to wait ends the pass."""
    timeline = _Timeline(cluster)
    for name, phase in phases:
        cluster.lease.check()
        timeline.enter(name)
        result = phase(cluster)
        if isinstance(result, Wait):
            timeline.wait(result)
            drift.learn(cluster)
            return result
        timeline.leave()
    cluster.learnt["phase"] = "Ready"
    return Done()


class _Timeline:
    """`status.phase` and `status.phases`: when each phase began and ended for the first time, and what it waits for."""

    def __init__(self, cluster: ClusterPass) -> None:
        self._cluster = cluster
        self._phases: list[dict[str, Any]] = [dict(p) for p in cluster.status("phases", default=[])]
        self._shown = cluster.status("phase")
        cluster.learnt["phases"] = self._phases

    def enter(self, name: str) -> None:
        entry = next((p for p in self._phases if p["name"] == name), None)
        if entry is None:
            entry = {"name": name, "startedAt": _now()}
            self._phases.append(entry)
        self._current = entry
        self._cluster.learnt["phase"] = name
        if "finishedAt" not in entry:
            self._show()

    def leave(self) -> None:
        self._current.setdefault("finishedAt", _now())
        self._current.pop("message", None)

    def wait(self, reason: Wait) -> None:
        self._current["message"] = f"{reason.reason}: {reason.message}"

    def _show(self) -> None:
        """A phase that is entered for the first time may last: watchers are told before it begins."""
        cluster = self._cluster
        fields = {k: cluster.learnt[k] for k in ("phase", "phases", "version") if k in cluster.learnt}
        busy = condition(
            c.READY,
            "False",
            c.RECONCILING,
            f"phase {fields['phase']} is under way",
            generation=cluster.document["metadata"]["generation"],
        )

        def change(document: Document) -> None:
            guard(cluster.lease)
            status = document.setdefault("status", {})
            status.update(fields)
            if not is_true(document, c.READY):
                status["conditions"] = merge(status.get("conditions", []), [busy])

        store.update_status("clusters", cluster.namespace, cluster.name, change)


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facts(document: Document, cluster: ClusterPass | None, outcome: Result | SlipwayError) -> status.Facts:
    meta = document["metadata"]
    pools = cluster.pools if cluster else []
    wanted = {"control_planes": document["spec"]["controlPlane"]["replicas"]}
    workers = sum(p["spec"]["replicas"] for p in pools if not p["metadata"].get("deletionTimestamp"))
    declared: set[str] = set()
    running: set[str] = set()
    if cluster:
        surplus = cluster.plan().surplus_names
        declared = {m["metadata"]["name"] for m in cluster.machines} - surplus
        running = {
            m["metadata"]["name"]
            for m in cluster.machines
            if (view := cluster.view(m)) and view.state is MachineState.RUNNING
        }
    return status.Facts(
        generation=meta["generation"],
        control_planes=wanted["control_planes"],
        workers=workers,
        outcome=outcome,
        running=frozenset(running),
        declared=frozenset(declared),
        network=bool(cluster and cluster.network and is_true(cluster.network, c.READY)),
        endpoint=bool(cluster and cluster.address),
        observation=cluster.observation if cluster else None,
        addons=frozenset(cluster.addons()) if cluster else frozenset(),
        problems=tuple((p.reason, p.message) for p in cluster.problems) if cluster else (),
        deleting=bool(meta.get("deletionTimestamp")),
        held=cluster.held or preflight.held(cluster) if cluster else None,
        absent={n: (p.reason, p.message) for n, p in cluster.absent.items() if p} if cluster else {},
    )


def _write_status(
    document: Document, lease: Lease, cluster: ClusterPass | None, outcome: Result | SlipwayError
) -> None:
    verdict = status.compute(_facts(document, cluster, outcome))
    learnt = dict(cluster.learnt) if cluster else {}
    meta = document["metadata"]
    was_ready = is_true(document, c.READY)
    if cluster and verdict.ready and not cluster.status("builtAt"):
        learnt["builtAt"] = timestamp()
        history.record(cluster.provider.name, learnt["phases"], len(cluster.machines))

    def change(fresh: Document) -> None:
        guard(lease)
        fields = fresh.setdefault("status", {})
        fields.update(learnt)
        fields["observedGeneration"] = meta["generation"]
        fields["nodes"] = {"ready": verdict.ready_nodes, "total": verdict.total_nodes}
        fields["conditions"] = merge(fields.get("conditions", []), verdict.conditions)

    store.update_status("clusters", meta["namespace"], meta["name"], change)
    if cluster:
        health.note_machines(cluster)
        health.note_pools(cluster)
    ready = next(k for k in verdict.conditions if k["type"] == c.READY)
    _tell(document, ready, was_ready=was_ready)


def _tell(document: Document, ready: Any, *, was_ready: bool) -> None:
    """An event when Ready turned, or when the reason changed to one that somebody should know."""
    before = path_of(document, "status.conditions", [])
    old_reason = next((k["reason"] for k in before if k["type"] == c.READY), "")
    if ready["status"] == "True" and not was_ready:
        store.record_event(document, "Normal", c.READY, ready["message"])
    elif ready["status"] != "True" and ready["reason"] != old_reason:
        kind = "Normal" if ready["reason"].startswith("Waiting") else "Warning"
        store.record_event(document, kind, ready["reason"], ready["message"])
