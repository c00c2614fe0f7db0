"""How a phase runs a playbook: recorded, cancellable, and with a typed error at its end."""

from collections.abc import Mapping
from typing import Any

from provisioning import conditions as c
from provisioning.ansible.runner import RunOutcome
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.lease import LeaseLost
from provisioning.reconcile.phases import strangers
from provisioning.reconcile.recorder import Recorder
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import Actor, SlipwayError

KEEP_RUNS = 30  # finished runs kept per cluster


def run(
    cluster: ClusterPass, playbook: str, machines: list[Document], extra: Mapping[str, Any] | None = None
) -> None:
    """Run `playbook` limited to `machines`. RunFailed names the machine, the step and what it said."""
    assert cluster.identity is not None  # noqa: S101 - the phase before made it
    cluster.lease.check()
    limit = tuple(m["metadata"]["name"] for m in machines)
    recorder = Recorder(cluster.document, playbook, limit)
    stop = _Stop(cluster)
    try:
        outcome = cluster.tools.run(
            playbook,
            cluster.topology(),
            limit=limit,
            extra=extra or {},
            identity=cluster.identity,
            cloud_files=cluster.cloud_files,
            sink=recorder,
            cancelled=stop,
        )
    except Exception:
        recorder.finish(RunOutcome(ok=False, message="the run could not be carried out"), interrupted=True)
        raise
    recorder.finish(outcome, interrupted=stop.asked)
    _forget_old(cluster)
    cluster.lease.check()
    if stop.asked:
        raise LeaseLost(cluster.uid)
    if not outcome.ok:
        strangers.suspect(cluster, outcome)
        where = (
            f"{outcome.failed_host}: {outcome.failed_step}" if outcome.failed_host else outcome.failed_step
        )
        text = f"run {recorder.name} failed at {where}: {outcome.message}. It is tried again; see its log"
        raise SlipwayError(c.RUN_FAILED, text, actor=Actor.NOBODY)


class _Stop:
    """A run stops early when its lease is gone, or when the cluster is to be deleted meanwhile."""

    def __init__(self, cluster: ClusterPass) -> None:
        self._cluster = cluster
        self._deleting = bool(cluster.document["metadata"].get("deletionTimestamp"))
        self.asked = False

    def __call__(self) -> bool:
        if self._cluster.lease.lost:
            self.asked = True
        elif not self._deleting:
            now = store.get("clusters", self._cluster.namespace, self._cluster.name)
            self.asked = now is None or bool(now["metadata"].get("deletionTimestamp"))
        return self.asked


def _forget_old(cluster: ClusterPass) -> None:
    runs = store.list("runs", cluster.namespace, owner_uid=cluster.uid)
    runs.sort(key=lambda r: str(r["metadata"]["creationTimestamp"]))
    for old in runs[:-KEEP_RUNS]:
        store.delete("runs", cluster.namespace, old["metadata"]["name"])
