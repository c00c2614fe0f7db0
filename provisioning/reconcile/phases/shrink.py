"""Phase Shrink: surplus machines are drained, taken out of etcd and the cluster, and unmade."""

from provisioning import conditions as c
from provisioning.drivers.contract import MachineState
from provisioning.kinds.common import path_of
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.outside import FINALIZER
from provisioning.reconcile.phases.parallel import in_parallel
from provisioning.reconcile.phases.runs import run
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import condition, merge
from slipway.kernel.results import Done, Result, Wait


def shrink(cluster: ClusterPass) -> Result:
    """One control plane at a time and only with etcd's quorum; workers all at once."""
    surplus = cluster.plan().surplus
    control_planes = [m for m in surplus if m["spec"]["role"] == "control_plane"][:1]
    workers = [m for m in surplus if m["spec"]["role"] == "worker"]
    if control_planes and (held := _quorum_held(cluster, control_planes[0])):
        return held
    leaving = control_planes + workers
    if not leaving:
        _release_pools(cluster)
        return Done()
    _announce(cluster, leaving)
    if cluster.initialized:
        _drain(cluster, leaving)
    unmake(cluster, leaving)
    cluster.reload()
    if cluster.plan().surplus or cluster.plan().missing:
        return Wait(0, c.SCALING_DOWN, f"{', '.join(m['metadata']['name'] for m in leaving)} removed")
    return Done()


def _release_pools(cluster: ClusterPass) -> None:
    """A deleted pool goes when its last machine is gone."""
    used = {m["spec"]["pool"] for m in cluster.machines}
    for pool in cluster.pools:
        meta = pool["metadata"]
        if meta.get("deletionTimestamp") and meta["name"] not in used:
            store.remove_finalizer("nodepools", meta["namespace"], meta["name"], FINALIZER)
    cluster.reload()


def _quorum_held(cluster: ClusterPass, leaving: Document) -> Wait | None:
    """Reason to keep the member: without it the others could not decide anything."""
    if not cluster.initialized or cluster.observation is None:
        return None
    members = [m for m in cluster.observation.etcd_members if not m.is_learner]
    name = leaving["metadata"]["name"]
    healthy = [m for m in members if m.healthy]
    others = [m for m in members if m.name != name]
    healthy_others = [m for m in others if m.healthy]
    # The removal itself has to be agreed on by the members there are, and those that stay must be able to go on.
    if len(healthy) * 2 > len(members) and len(healthy_others) * 2 > len(others):
        return None
    text = f"{name} is kept: {len(healthy_others)} of {len(others)} etcd members would be left healthy, no quorum"
    return Wait(5, c.ETCD_QUORUM_LOST, text)


def _announce(cluster: ClusterPass, leaving: list[Document]) -> None:
    for machine in leaving:
        name = machine["metadata"]["name"]
        text = "drained and removed"

        def change(document: Document, text: str = text) -> None:
            leaving_now = condition(c.READY, "False", c.SCALING_DOWN, text)
            status = document.setdefault("status", {})
            status["conditions"] = merge(status.get("conditions", []), [leaving_now])

        store.update_status("machines", cluster.namespace, name, change)


def _drain(cluster: ClusterPass, leaving: list[Document]) -> None:
    """Only those that are nodes. The run goes through a control plane that stays."""
    nodes = {n.name for n in cluster.observation.nodes} if cluster.observation else set()
    members = {m.name for m in cluster.observation.etcd_members} if cluster.observation else set()
    known = [m for m in leaving if m["metadata"]["name"] in nodes | members]
    if not known:
        return
    gone = {m["metadata"]["name"] for m in leaving}
    through = next(
        m["metadata"]["name"]
        for m in cluster.machines
        if m["spec"]["role"] == "control_plane"
        and m["metadata"]["name"] not in gone
        and (view := cluster.view(m))
        and view.state is MachineState.RUNNING
    )
    run(cluster, "drain_and_remove", known, {"slipway_via": through})


def unmake(cluster: ClusterPass, leaving: list[Document]) -> None:
    """Delete the machines at the provider, all at once, then their objects; the ledger sees each end."""
    names = [m["spec"]["outsideName"] for m in leaving]
    in_parallel(cluster, cluster.delete_machine, names)
    ledger.close(cluster.provider.name, names)
    for machine in leaving:
        meta = machine["metadata"]
        if not meta.get("deletionTimestamp"):
            store.delete("machines", meta["namespace"], meta["name"])
        store.remove_finalizer("machines", meta["namespace"], meta["name"], FINALIZER)
        if path_of(machine, "status.joined", False):
            store.record_event(
                cluster.document, "Normal", c.SCALED, f"machine {meta['name']} drained and removed"
            )
