"""A Run and its log: an object while it goes on, and what became of it, written in batches."""

import time
import uuid

from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome
from provisioning.kinds.common import CLUSTER_LABEL
from provisioning.kinds.node_pool import owner_reference
from provisioning.models import RunLine
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel import redact
from slipway.kernel.conditions import timestamp

BATCH_SECONDS = 0.5  # how far a follower's view of the log is behind


class Recorder:
    """The sink of one run. Lines are redacted here once more: what is stored was seen by nobody before."""

    def __init__(self, cluster: Document, playbook: str, limit: tuple[str, ...]) -> None:
        meta = cluster["metadata"]
        self._namespace = meta["namespace"]
        self._began = time.monotonic()
        self._flushed = 0.0
        self._lines: list[str] = []
        self._number = 0
        self._step = ""
        document = store.create("runs", _document(cluster, playbook, limit))
        self.name: str = document["metadata"]["name"]
        self._uid: str = document["metadata"]["uid"]
        self._status(phase="Running", startedAt=timestamp())

    def __call__(self, event: RunEvent) -> None:
        """Take one event; writes at most twice a second."""
        moment = event.at.strftime("%H:%M:%S")
        text = f": {event.text}" if event.text else ""
        self._lines.append(
            redact.text(f"{moment} {event.status:<11} {event.host or '-':<24} {event.step}{text}")
        )
        if time.monotonic() - self._flushed > BATCH_SECONDS:
            self._flush()
            if event.step != self._step:
                self._step = event.step
                self._status(step=event.step)

    def finish(self, outcome: RunOutcome, *, interrupted: bool = False) -> None:
        """Write the rest of the log and the end."""
        phase = "Interrupted" if interrupted else "Succeeded" if outcome.ok else "Failed"
        seconds = round(time.monotonic() - self._began, 1)
        if outcome.message:
            self._lines.append(
                redact.text(f"{phase}: {outcome.failed_host} {outcome.failed_step}: {outcome.message}")
            )
        self._flush()
        self._status(
            phase=phase,
            finishedAt=timestamp(),
            seconds=seconds,
            machine=outcome.failed_host,
            step=outcome.failed_step,
            message=redact.text(outcome.message)[:1000],
        )

    def _flush(self) -> None:
        rows = [
            RunLine(run_uid=self._uid, number=self._number + i, text=line)
            for i, line in enumerate(self._lines, start=1)
        ]
        RunLine.objects.bulk_create(rows)
        self._number += len(rows)
        self._lines = []
        self._flushed = time.monotonic()

    def _status(self, **fields: object) -> None:
        def change(document: Document) -> None:
            document.setdefault("status", {}).update(fields)

        store.update_status("runs", self._namespace, self.name, change)


def _document(cluster: Document, playbook: str, limit: tuple[str, ...]) -> Document:
    meta = cluster["metadata"]
    return {
        "apiVersion": "slipway.dev/v1",
        "kind": "Run",
        "metadata": {
            "name": f"{meta['name']}-{playbook.replace('_', '-')}-{uuid.uuid4().hex[:6]}",
            "namespace": meta["namespace"],
            "labels": {CLUSTER_LABEL: meta["name"]},
            "ownerReferences": [owner_reference(cluster)],
        },
        "spec": {"cluster": meta["name"], "playbook": playbook, "machines": list(limit)},
    }


def close_interrupted(cluster: Document) -> None:
    """Runs of a cluster whose lease we hold cannot be going on: their worker died."""
    meta = cluster["metadata"]
    for run in store.list("runs", meta["namespace"], owner_uid=meta["uid"]):
        if run.get("status", {}).get("phase") in ("", "Running", None):

            def change(document: Document) -> None:
                text = "the worker that ran it died; the step is run again"
                document.setdefault("status", {}).update(
                    phase="Interrupted", finishedAt=timestamp(), message=text
                )

            store.update_status("runs", meta["namespace"], run["metadata"]["name"], change)
