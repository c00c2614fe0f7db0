"""Works on one object of any kind: claims it, runs its loop, writes its status, and says when it is due again."""

import logging
import random
import uuid
from typing import Any

from django.db import close_old_connections

from provisioning import conditions as c
from provisioning.models import Work
from provisioning.reconcile import others, queue
from provisioning.reconcile.cluster import reconcile_cluster
from provisioning.reconcile.lease import Lease, LeaseLost, heart
from provisioning.reconcile.outside import KINDS, reconcile_outside
from provisioning.reconcile.status import blocked
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import condition, merge
from slipway.kernel.errors import Actor, SlipwayError
from slipway.kernel.results import Done, Result, Wait

log = logging.getLogger(__name__)

RESYNC = {
    "clusters": 10.0,
    "providers": 60.0,
    "hosts": 60.0,
    "networks": 60.0,
    "floatingips": 60.0,
    "storagepools": 60.0,
}
"""Seconds until an object that is as declared is looked at again; jittered by a fifth."""
BACKOFF_LONGEST = 60.0
BLOCKED_RETRY = 10.0  # what somebody has to mend is looked at this often, so that it goes on by itself


def reconcile(uid: str) -> bool:
    """One pass over the object, if it is due and nobody has it. True if a pass was made."""
    claimed = queue.claim(uid)
    if claimed is None:
        return False
    lease, row = claimed
    document = store.get(row.plural, row.namespace, row.name)
    if document is None or document["metadata"]["uid"] != uid:
        queue.forget(uid)
        return True
    with heart.keep(lease):
        try:
            outcome = _pass(row, document, lease)
        except LeaseLost:
            log.info("%s: lease lost or no longer wanted, stopped", row)
            outcome = Wait(0, c.RECONCILING, "")
    if store.get_by_uid(uid) is None:
        queue.forget(uid)
    else:
        queue.release(
            lease, _due_again(row, outcome, lease.failures), failed=isinstance(outcome, SlipwayError)
        )
    return True


def _pass(row: Work, document: Document, lease: Lease) -> Result | SlipwayError:
    """The loop of the object's kind. An unforeseen error is ours: the tenant gets its id, the log the rest."""
    try:
        return _dispatch(row, document, lease)
    except (LeaseLost, SlipwayError):
        raise
    except Exception:  # a fault in one object must not end the worker
        number = uuid.uuid4().hex[:8]
        log.exception("%s: error %s", row, number)
        error = SlipwayError(
            c.INTERNAL_ERROR, f"a fault in Slipway (error {number} in its log); it is tried again"
        )
        _write(row, document, lease, error, {})
        return error


def _dispatch(row: Work, document: Document, lease: Lease) -> Result | SlipwayError:
    if row.plural == "clusters":
        return reconcile_cluster(document, lease, _work_on)
    outcome: Result | SlipwayError
    learnt: dict[str, Any] | None = {}
    try:
        if outside := KINDS.get(row.plural):
            outcome, learnt = reconcile_outside(document, lease, outside)
        else:
            outcome, learnt = others.RECONCILERS[row.plural](document, lease)
    except SlipwayError as error:
        outcome = error
    lease.check()
    if learnt is not None:
        _write(row, document, lease, outcome, learnt)
    return outcome


def _work_on(uid: str) -> None:
    """Another object in this thread: saves the way through the queue when it is needed at once."""
    reconcile(uid)


def _write(
    row: Work, document: Document, lease: Lease, outcome: Result | SlipwayError, learnt: dict[str, Any]
) -> None:
    generation = document["metadata"].get("generation", 0)
    match outcome:
        case Done():
            ready = condition(c.READY, "True", c.AS_DECLARED, generation=generation)
        case Wait():
            ready = condition(c.READY, "False", outcome.reason, outcome.message, generation=generation)
        case SlipwayError():
            said = (
                f" ({outcome.foreign})" if outcome.foreign and outcome.foreign not in outcome.message else ""
            )
            ready = condition(c.READY, "False", outcome.code, outcome.message + said, generation=generation)

    def change(fresh: Document) -> None:
        queue.guard(lease)
        status = fresh.setdefault("status", {})
        status.update(learnt)
        status["observedGeneration"] = generation
        verdict = [ready, blocked(outcome, generation)]
        status["conditions"] = merge(status.get("conditions", []), verdict)

    written = store.update_status(row.plural, row.namespace, row.name, change)
    before = [k["reason"] for k in document.get("status", {}).get("conditions", []) if k["type"] == c.READY]
    if written is not None and isinstance(outcome, SlipwayError) and before != [outcome.code]:
        store.record_event(document, "Warning", outcome.code, ready["message"])


def _due_again(row: Work, outcome: Result | SlipwayError, failures: int) -> float:
    match outcome:
        case Wait():
            return outcome.after
        case SlipwayError() if outcome.actor is Actor.NOBODY:
            return max(_jitter(min(2.0**failures, BACKOFF_LONGEST)), outcome.retry_after)
        case SlipwayError():
            return _jitter(BLOCKED_RETRY)
        case Done():
            return _jitter(RESYNC.get(row.plural, 3600.0))


def _jitter(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def reconcile_in_thread(uid: str) -> None:
    """As `reconcile`, for a pooled thread: its database connection is checked before and kept after."""
    close_old_connections()
    reconcile(uid)
    close_old_connections()
