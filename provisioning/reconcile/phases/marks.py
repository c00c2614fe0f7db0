"""Phase Marks: nodes carry the labels and taints that their pool declares today."""

from provisioning.kinds.common import path_of
from provisioning.kube.marks import Marks, patch
from provisioning.kube.observation import NodeObservation
from provisioning.reconcile.cluster_pass import ClusterPass
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.results import Done, Result


def marks(cluster: ClusterPass) -> Result:
    """A node registers with its pool's marks; later changes of the pool, or on the node, are made up for here."""
    assert cluster.observation is not None  # noqa: S101 - the phase Observe looked
    nodes = {node.name: node for node in cluster.observation.nodes}
    for machine in cluster.machines:
        node, pool = nodes.get(machine["metadata"]["name"]), cluster.pool_of(machine)
        if node and pool:
            _mark(cluster, machine, node, Marks.of(pool["spec"]))
    return Done()


def _mark(cluster: ClusterPass, machine: Document, node: NodeObservation, wanted: Marks) -> None:
    """The node first, then the note of it: after a kill in between, the same change is seen to be done."""
    assert cluster.identity is not None  # noqa: S101 - the phase Identity made it
    noted = path_of(machine, "status.marks", {})
    if change := patch(node, wanted, Marks.of(noted)):
        cluster.lease.check()
        cluster.tools.patch_node(cluster.topology(), cluster.identity, node.name, change)
    if noted == wanted.document():
        return

    def remember(document: Document) -> None:
        document.setdefault("status", {})["marks"] = wanted.document()

    store.update_status("machines", cluster.namespace, machine["metadata"]["name"], remember)
