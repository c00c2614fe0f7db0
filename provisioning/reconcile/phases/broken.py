"""Machines that the provider failed at: what is known of why is kept, and they are made anew, with growing pauses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from provisioning import conditions as c
from provisioning.kinds.common import path_of
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases.parallel import in_parallel
from provisioning.reconcile.status import Problem
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Wait

_FIRST_PAUSE = 10.0  # seconds before the third try; the second follows at once
_LONGEST_PAUSE = 300.0


def make_anew(cluster: ClusterPass, broken: list[Document], why: str = "") -> None:
    """Each failed before it was a node and carries nothing: it goes, and comes again under its own name.

    `why` is for what the provider does not know of.
    """
    keep_evidence(cluster, broken, why)
    for machine in broken:
        _count(cluster, machine, why)
    names = [m["spec"]["outsideName"] for m in broken]
    in_parallel(cluster, cluster.delete_machine, names)
    for name in names:
        cluster.seen.pop(name, None)
    if broken:
        cluster.reload()


def keep_evidence(cluster: ClusterPass, failed: list[Document], why: str = "") -> None:
    """What the provider said and what the console showed, in the ledger; before the machine goes."""
    consoles = in_parallel(cluster, lambda machine: _console(cluster, machine), failed)
    for machine, console in zip(failed, consoles, strict=True):
        name, said = machine["metadata"]["name"], why or _said(cluster, machine)
        text = f"{timestamp()} {said}\n\n{console}"
        ledger.note_evidence(cluster.provider.name, machine["spec"]["outsideName"], text)
        more = f"what its console showed: slipway cluster ledger {cluster.name} --evidence"
        event = f"machine {name} failed at the provider: {said}. It is made anew; {more}"
        store.record_event(cluster.document, "Warning", c.MACHINE_FAILED, event)


def pausing(cluster: ClusterPass) -> set[str]:
    """Names of the machines that are not tried again yet."""
    return {m["metadata"]["name"] for m in cluster.machines if _rest(m) > 0}


def wait_for(cluster: ClusterPass, paused: set[str]) -> Wait:
    """Until the first is tried again. More than one failure does not pass by itself."""
    machines = [m for m in cluster.machines if m["metadata"]["name"] in paused]
    first = min(machines, key=_rest)
    others = f" (and {len(machines) - 1} more)" if len(machines) > 1 else ""
    text = (
        f"machine {first['metadata']['name']}{others} failed {first['status']['failures']} times at the provider: "
        f"{first['status']['failure']}. It is tried again, at least every {_LONGEST_PAUSE / 60:.0f} minutes"
    )
    cluster.held = Problem(c.MACHINE_FAILED, f"{text}. The operator has to mend it")
    return Wait(max(1.0, _rest(first)), c.MACHINE_FAILED, text)


def _rest(machine: Document) -> float:
    """Seconds that are left of its pause."""
    failures = int(path_of(machine, "status.failures", 0))
    if failures < 2 or path_of(machine, "status.joined", False):
        return 0.0
    pause = min(_FIRST_PAUSE * 2.0 ** (failures - 2), _LONGEST_PAUSE)
    until = datetime.fromisoformat(machine["status"]["failedAt"]) + timedelta(seconds=pause)
    return (until - datetime.now(UTC)).total_seconds()


def _count(cluster: ClusterPass, machine: Document, why: str) -> None:
    said = why or _said(cluster, machine)

    def change(document: Document) -> None:
        status: dict[str, Any] = document.setdefault("status", {})
        status.update(
            failures=status.get("failures", 0) + 1, failedAt=timestamp(), failure=said, refusedSince=""
        )

    store.update_status("machines", cluster.namespace, machine["metadata"]["name"], change)


def _said(cluster: ClusterPass, machine: Document) -> str:
    view = cluster.view(machine)
    return (view.message if view else "") or "the provider does not say why"


def _console(cluster: ClusterPass, machine: Document) -> str:
    """Never a reason to keep a broken machine."""
    try:
        return cluster.provider.driver.evidence(machine["spec"]["outsideName"], cluster.tags)
    except SlipwayError as error:
        return f"the console could not be read: {error}"
