"""Phase Health: the cluster is what it is declared to be, or it is said what is wrong and what is done about it."""

from provisioning import conditions as c
from provisioning.drivers.contract import MachineState
from provisioning.kinds.common import path_of
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases.machines import note
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import Condition, condition, is_true, merge
from slipway.kernel.results import Done, Result, Wait

SETTLING = 0.4  # seconds between looks while nodes come up


def health(cluster: ClusterPass) -> Result:
    """Everything declared is Ready, or a reason to look again soon."""
    seen = cluster.observation
    assert seen is not None  # noqa: S101 - the phase before looked
    plan = cluster.plan()
    if plan.missing or plan.surplus:
        return Wait(0, c.RECONCILING, "the declaration changed meanwhile")
    names = {m["metadata"]["name"] for m in cluster.machines}
    ready = {n.name for n in seen.nodes if n.ready}
    if away := sorted(names - ready):
        unknown = [n for n in seen.nodes if n.name in away and n.reason in ("NodeStatusUnknown",)]
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
        if path_of(machine, "status.state") != state or is_true(machine, c.READY) != ready:
            note(cluster, machine, view)


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
