"""Phase Health: the cluster is what it is declared to be, or it is said what is wrong and what is done about it."""

from datetime import UTC, datetime, timedelta

from provisioning import conditions as c
from provisioning.drivers.contract import MachineState
from provisioning.kinds.common import path_of
from provisioning.kube.observation import ClusterObservation
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases.machines import note
from provisioning.reconcile.status import Problem
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import Condition, condition, is_true, merge, timestamp
from slipway.kernel.results import Done, Result, Wait

SETTLING = 0.4  # seconds between looks while nodes come up
SILENT = "NodeStatusUnknown"  # Kubernetes' word for a node whose kubelet stopped reporting
PATIENCE = timedelta(minutes=5)  # a reboot or a short cut of the network costs no node its place


def health(cluster: ClusterPass) -> Result:
    """Everything declared is Ready, or a reason to look again soon."""
    seen = cluster.observation
    assert seen is not None  # noqa: S101 - the phase before looked
    plan = cluster.plan()
    if plan.missing or plan.surplus:
        return Wait(0, c.RECONCILING, "the declaration changed meanwhile")
    if unreachable := _unreachable(cluster, seen):
        return _replace(cluster, unreachable)
    names = {m["metadata"]["name"] for m in cluster.machines}
    ready = {n.name for n in seen.nodes if n.ready}
    if away := sorted(names - ready):
        unknown = [n for n in seen.nodes if n.name in away and n.reason == SILENT]
        reason = c.NODE_NOT_READY if unknown else c.WAITING_FOR_NODES
        return Wait(SETTLING, reason, f"nodes not Ready: {', '.join(away)}{_said(cluster, away)}")
    sick = [m.name for m in seen.etcd_members if not m.healthy or m.is_learner]
    wanted = sum(1 for m in cluster.machines if m["spec"]["role"] == "control_plane")
    if sick or len(seen.etcd_members) != wanted:
        text = f"etcd: {len(seen.etcd_members)} of {wanted} members, not healthy: {', '.join(sick) or 'none'}"
        return Wait(1, c.ETCD_UNHEALTHY if sick else c.WAITING_FOR_ETCD, text)
    if not seen.dns_ready:
        return Wait(SETTLING, c.WAITING_FOR_DNS, "cluster DNS does not answer yet")
    return Done()


def _silent(cluster: ClusterPass, machine: Document) -> bool:
    """The kubelet does not report though its machine runs."""
    node = cluster.observation.node(machine["metadata"]["name"]) if cluster.observation else None
    view = cluster.view(machine)
    return bool(node and node.reason == SILENT and view and view.state is MachineState.RUNNING)


def _unreachable(cluster: ClusterPass, seen: ClusterObservation) -> Document | None:
    """A worker that has been silent for long, unless so many are that the cause is elsewhere, such as the network."""
    workers = [m for m in cluster.machines if m["spec"]["role"] == "worker"]
    silent = [m for m in workers if _silent(cluster, m)]
    if len(silent) > max(1, len(workers) // 2) or not all(n.ready for n in seen.nodes if n.control_plane):
        return None
    long_ago = timestamp(datetime.now(UTC) - PATIENCE)
    return next((m for m in silent if "" < path_of(m, "status.silentSince", "") < long_ago), None)


def _replace(cluster: ClusterPass, machine: Document) -> Wait:
    """One at a time: as long as one leaves, the cluster is not as declared and no other is looked at."""
    name = machine["metadata"]["name"]
    text = f"machine {name} runs, but its node has not reported for {PATIENCE.seconds // 60} minutes"
    cluster.report(Problem(c.NODE_UNREACHABLE, f"{text}; Slipway replaces it"))
    store.delete("machines", cluster.namespace, name)
    return Wait(0, c.NODE_UNREACHABLE, f"{text}; Slipway replaces it")


def _said(cluster: ClusterPass, names: list[str]) -> str:
    seen = cluster.observation.nodes if cluster.observation else ()
    said = [n.message for n in seen if n.name in names and n.message and not n.ready]
    return f" ({said[0]})" if said else ""


def note_machines(cluster: ClusterPass) -> None:
    """What was seen of each machine, if it differs from what its status says."""
    if not cluster.seen:
        return
    for machine in cluster.machines:
        view = cluster.view(machine)
        observed = cluster.observation.node(machine["metadata"]["name"]) if cluster.observation else None
        ready = bool(observed and observed.ready and view and view.state is MachineState.RUNNING)
        state = view.state.value if view else "Missing"
        since = path_of(machine, "status.silentSince", "")
        silent = (since or timestamp()) if _silent(cluster, machine) else ""
        if (path_of(machine, "status.state"), since, is_true(machine, c.READY)) != (state, silent, ready):
            note(cluster, machine, view, silentSince=silent)


def note_pools(cluster: ClusterPass) -> None:
    """How many machines and Ready nodes each pool has."""
    ready_nodes = {n.name for n in cluster.observation.nodes if n.ready} if cluster.observation else set()
    for pool in cluster.pools:
        meta = pool["metadata"]
        mine = [m["metadata"]["name"] for m in cluster.machines if m["spec"].get("pool") == meta["name"]]
        ready = sum(1 for name in mine if name in ready_nodes)
        _note_pool(pool, mine, ready)


def _note_pool(pool: Document, mine: list[str], ready: int) -> None:
    meta, wanted = pool["metadata"], pool["spec"]["replicas"]
    good = ready == wanted == len(mine)
    verdict: Condition = condition(
        c.READY,
        "True" if good else "False",
        c.AS_DECLARED if good else c.WAITING_FOR_NODES,
        "" if good else f"{ready} of {wanted} nodes are Ready",
        generation=meta["generation"],
    )

    def change(document: Document) -> None:
        status = document.setdefault("status", {})
        status.update(replicas=len(mine), readyReplicas=ready, observedGeneration=meta["generation"])
        status["selector"] = f"slipway.dev/pool={meta['name']}"
        status["conditions"] = merge(status.get("conditions", []), [verdict])

    store.update_status("nodepools", meta["namespace"], meta["name"], change)
