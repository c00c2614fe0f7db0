"""A machine that answers SSH as another than the one that was made: waited for a while, then made anew."""

from datetime import UTC, datetime, timedelta

from provisioning.ansible.runner import RunOutcome
from provisioning.kinds.common import path_of
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases import broken
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp

PATIENCE = timedelta(minutes=3)  # a server's SSH answers before cloud-init has given it its keys
_WHY = "it answers SSH, but with another host key than it was given, or without root's: it was never prepared"


def suspect(cluster: ClusterPass, outcome: RunOutcome) -> None:
    """Look at why a run failed. A node is left alone, and so is a host, whose driver sees to its keys."""
    machine = next((m for m in cluster.machines if m["metadata"]["name"] == outcome.failed_host), None)
    if not outcome.refused or machine is None or path_of(machine, "status.joined", False):
        return
    view = cluster.view(machine)
    if view and view.access:
        return
    since = path_of(machine, "status.refusedSince", "")
    if not since:
        _note(cluster, machine)
    elif datetime.now(UTC) - datetime.fromisoformat(since) > PATIENCE:
        broken.make_anew(cluster, [machine], _WHY)


def _note(cluster: ClusterPass, machine: Document) -> None:
    def change(document: Document) -> None:
        document.setdefault("status", {})["refusedSince"] = timestamp()

    store.update_status("machines", cluster.namespace, machine["metadata"]["name"], change)
