"""Phases ControlPlane and Workers: machines become nodes, all at once at first and one by one later."""

from typing import Any

from provisioning import conditions as c
from provisioning.addons import coredns
from provisioning.kinds.common import path_of
from provisioning.kube.marks import Marks
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases import drift
from provisioning.reconcile.phases.runs import run
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.results import Done, Result, Wait


def bootstrap(cluster: ClusterPass) -> Result:
    """A new cluster's control planes and workers are made together, in one run; the add-ons are part of it."""
    if cluster.initialized:
        return Done()
    staying = cluster.staying()
    with drift.looking_ahead(cluster):
        run(cluster, "bootstrap_control_plane", staying)
    _joined(cluster, staying)
    cluster.learnt.update(initialized=True, addonsApplied=addons_wanted(cluster))
    known = {k: cluster.status(k) for k in ("initialized", "addonsApplied", "missingImages")}

    def change(document: Document) -> None:
        document["status"].update(known)

    store.update_status("clusters", cluster.namespace, cluster.name, change)
    return Done()


def observe(cluster: ClusterPass) -> Result:
    """Look at the cluster; everything after this phase is decided by what is seen, not by what was done."""
    assert cluster.identity is not None  # noqa: S101 - the phase before made it
    cluster.observation = cluster.tools.observe(cluster.topology(), cluster.identity)
    if cluster.observation.api_ready:
        return Done()
    if cluster.held:  # what keeps it from answering is known
        return Wait(1, cluster.held.reason, cluster.held.message)
    return Wait(
        1, c.API_UNREACHABLE, cluster.observation.api_message or "the API does not answer at its endpoint"
    )


def join_control_planes(cluster: ClusterPass) -> Result:
    """Later control planes join as kubeadm joins, one at a time: etcd takes one learner at a time."""
    new = _strangers(cluster, "control_plane")
    for machine in new:
        run(cluster, "join_control_plane", [machine])
        _joined(cluster, [machine])
    return observe(cluster) if new else Done()


def join_workers(cluster: ClusterPass) -> Result:
    """New workers join together; the others are not touched."""
    new = _strangers(cluster, "worker")
    if new:
        run(cluster, "join_workers", new)
        _joined(cluster, new)
    return observe(cluster) if new else Done()


def addons(cluster: ClusterPass) -> Result:
    """Install again when what is wanted differs from what was installed."""
    if cluster.status("addonsApplied", default=None) == addons_wanted(cluster):
        return Done()
    control_planes = [m for m in cluster.staying() if m["spec"]["role"] == "control_plane"]
    run(cluster, "install_addons", control_planes[:1])
    cluster.learnt["addonsApplied"] = addons_wanted(cluster)
    return Done()


def addons_wanted(cluster: ClusterPass) -> dict[str, Any]:
    """What the add-ons depend on: compared with what was applied last."""
    pools = {p["metadata"]["name"]: path_of(p, "status.nodePath", "") for p in cluster.storage}
    chosen = cluster.addons()
    wanted = {"addons": sorted(chosen), "storagePools": pools, "dns": chosen[coredns.ADDON.name]}
    return wanted | ({"cloud": cluster.cloud_fingerprint} if cluster.credential else {})


def _strangers(cluster: ClusterPass, role: str) -> list[Document]:
    """Machines that run and are no nodes. A node's absence is believed only when the API was seen."""
    assert cluster.observation is not None  # noqa: S101 - the phase before looked
    known = {node.name for node in cluster.observation.nodes}
    return [m for m in cluster.staying() if m["spec"]["role"] == role and m["metadata"]["name"] not in known]


def _joined(cluster: ClusterPass, machines: list[Document]) -> None:
    for machine in machines:
        name, pool = machine["metadata"]["name"], cluster.pool_of(machine)
        fields = {"joined": True, "node": name}
        if pool:
            fields["marks"] = Marks.of(pool["spec"]).document()  # it registered with them

        def change(document: Document, fields: dict[str, Any] = fields) -> None:
            document.setdefault("status", {}).update(fields)

        store.update_status("machines", cluster.namespace, name, change)
    cluster.reload()
