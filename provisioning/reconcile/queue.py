"""The database is the work queue: rows are due, claimed under a lease, and released with their next time."""

import random
import threading
import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from provisioning.models import Work
from provisioning.reconcile.lease import HOLDER, Lease, LeaseLost, is_dead
from slipway.apimachinery.kinds import Document
from slipway.settings.environment import ENVIRONMENT

HINT_LASTS = timedelta(seconds=5)  # a row is not hinted again before; a lost message costs that much
wake = threading.Event()  # set when something became due in this process: saves the ticker's pause


def mark_dirty(document: Document) -> None:
    """The object changed: it is due now, and a pass that is under way is followed by another."""
    meta = document["metadata"]
    now = timezone.now()
    touched = Work.objects.filter(uid=meta["uid"]).update(
        dirty=F("dirty") + 1, next_reconcile_at=now, hinted_at=None, failures=0
    )
    if not touched:
        plural = _plural(document)
        Work.objects.get_or_create(
            uid=meta["uid"],
            defaults={
                "plural": plural,
                "namespace": meta.get("namespace", ""),
                "name": meta["name"],
                "next_reconcile_at": now,
            },
        )
    transaction.on_commit(wake.set)


def _plural(document: Document) -> str:
    from slipway.apimachinery.kinds import registry

    return next(k.plural for k in registry.kinds() if k.kind == document["kind"])


def take_due(limit: int = 100) -> list[str]:
    """Uids that are due and unclaimed, each given out once per HINT_LASTS. Several tickers may ask at once."""
    now = timezone.now()
    with transaction.atomic():
        rows = Work.objects.filter(next_reconcile_at__lte=now).filter(
            Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=now),
            Q(hinted_at__isnull=True) | Q(hinted_at__lt=now - HINT_LASTS),
        )
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        uids = list(rows.order_by("next_reconcile_at").values_list("uid", flat=True)[:limit])
        Work.objects.filter(uid__in=uids).update(hinted_at=now)
    return uids


def anything_due() -> bool:
    """A cheap look without a write lock, for the ticker's idle pace."""
    now = timezone.now()
    return (
        Work.objects.filter(next_reconcile_at__lte=now)
        .filter(Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=now))
        .filter(Q(hinted_at__isnull=True) | Q(hinted_at__lt=now - HINT_LASTS))
        .exists()
    )


def claim(uid: str) -> tuple[Lease, Work] | None:
    """The lease of an object that is due, or None when it is not due or somebody has it."""
    now, asked = timezone.now(), time.monotonic()
    with transaction.atomic():
        won = (
            Work.objects.filter(uid=uid, next_reconcile_at__lte=now)
            .filter(Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=now))
            .update(
                holder=HOLDER,
                fence=F("fence") + 1,
                lease_expires_at=now + timedelta(seconds=ENVIRONMENT.lease_seconds),
            )
        )
        if not won:
            return None
        row = Work.objects.get(uid=uid)
    return Lease(uid=uid, fence=row.fence, dirty=row.dirty, failures=row.failures, renewed=asked), row


def release(lease: Lease, after: float, *, failed: bool) -> None:
    """Give the lease back; due again after `after` seconds, or at once if the object changed meanwhile."""
    with transaction.atomic():
        row = Work.objects.select_for_update().filter(uid=lease.uid, fence=lease.fence).first()
        if row is None:
            return
        changed = row.dirty != lease.dirty
        row.next_reconcile_at = timezone.now() + timedelta(seconds=0 if changed else after)
        row.failures = 0 if changed or not failed else row.failures + 1
        row.holder, row.lease_expires_at, row.hinted_at = "", None, None
        row.save()
    if changed or after < 1:
        wake.set()


def is_stale(lease: Lease) -> bool:
    """Whether the object changed since the pass began: what it waits for may not be wanted any more."""
    return not Work.objects.filter(uid=lease.uid, fence=lease.fence, dirty=lease.dirty).exists()


def forget(uid: str) -> None:
    """The object is gone."""
    Work.objects.filter(uid=uid).delete()


def guard(lease: Lease) -> None:
    """Inside a transaction: make sure that the lease is still ours until the commit, else raise LeaseLost."""
    if not Work.objects.select_for_update().filter(uid=lease.uid, fence=lease.fence).exists():
        lease.lose()
    lease.check()


def release_dead() -> int:
    """Free the leases of processes of this host that died; how many."""
    dead = [w.uid for w in Work.objects.exclude(holder="") if is_dead(w.holder)]
    return Work.objects.filter(uid__in=dead).update(
        holder="",
        lease_expires_at=None,
        hinted_at=None,
        fence=F("fence") + 1,
        next_reconcile_at=timezone.now(),
    )


def sweep(known: Iterable[Document], spread: float) -> int:
    """Queue every object that has no row (a lost write of ours), at random moments of the next `spread` seconds."""
    present = set(Work.objects.values_list("uid", flat=True))
    missing = [d for d in known if d["metadata"]["uid"] not in present]
    now = timezone.now()
    for document in missing:
        meta = document["metadata"]
        Work.objects.get_or_create(
            uid=meta["uid"],
            defaults={
                "plural": _plural(document),
                "namespace": meta.get("namespace", ""),
                "name": meta["name"],
                "next_reconcile_at": now + timedelta(seconds=random.uniform(0, spread)),  # noqa: S311 - jitter
            },
        )
    return len(missing)


__all__ = [
    "LeaseLost",
    "anything_due",
    "claim",
    "forget",
    "guard",
    "mark_dirty",
    "release",
    "release_dead",
    "sweep",
    "take_due",
]
