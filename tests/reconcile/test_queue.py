"""The queue: one holder at a time, nothing is lost, and what fails is tried less and less often."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from support.fake_site import TENANT, Site

from provisioning.models import Work
from provisioning.reconcile import queue
from provisioning.reconcile.lease import HOLDER, Lease, is_dead
from provisioning.reconcile.reconciler import BACKOFF_LONGEST, reconcile
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from tests.reconcile.life import settle
from tests.reconcile.queueing import at_once, claim, pending, row, slow_calls, taken_over

# --- claiming


def test_one_of_many_wins(network: Document) -> None:
    won = at_once(6, lambda: queue.claim(network["metadata"]["uid"]))
    assert sum(1 for claimed in won if claimed) == 1
    assert row(network).fence == 1


def test_what_is_not_due_or_not_known_is_not_claimed(network: Document) -> None:
    Work.objects.filter(uid=network["metadata"]["uid"]).update(
        next_reconcile_at=timezone.now() + timedelta(hours=1)
    )
    assert queue.claim(network["metadata"]["uid"]) is None
    assert queue.claim("nobody") is None


def test_each_due_object_is_given_out_once(network: Document) -> None:
    given = [uid for uids in at_once(4, queue.take_due) for uid in uids]
    assert given.count(network["metadata"]["uid"]) == 1
    assert queue.take_due() == []


def test_a_lost_message_is_sent_again(network: Document) -> None:
    queue.take_due()
    Work.objects.update(hinted_at=F("hinted_at") - queue.HINT_LASTS - timedelta(seconds=1))
    assert queue.anything_due()
    assert network["metadata"]["uid"] in queue.take_due()


def test_a_lease_that_ran_out_is_taken_over(network: Document) -> None:
    first = claim(network)
    assert queue.claim(network["metadata"]["uid"]) is None
    second = taken_over(network)
    assert second.fence == first.fence + 1


# --- changes during a pass, backoff


def test_a_change_during_a_pass_causes_another(network: Document) -> None:
    lease = claim(network)
    queue.mark_dirty(network)
    queue.release(lease, 1000, failed=False)
    assert pending(network) <= 0


def test_without_a_change_it_is_due_when_asked_for(network: Document) -> None:
    queue.release(claim(network), 1000, failed=False)
    assert 990 < pending(network) <= 1000


def test_backoff_grows_to_its_limit_and_is_reset_by_success(site: Site, network: Document) -> None:
    site.cloud.fail("ensure_network", times=9)
    pauses = []
    for _ in range(9):
        Work.objects.update(next_reconcile_at=timezone.now() - timedelta(seconds=1))
        assert reconcile(network["metadata"]["uid"])
        pauses.append(pending(network))
    for tries, pause in enumerate(pauses):
        expected = min(2.0**tries, BACKOFF_LONGEST)
        assert 0.7 * expected - 1 < pause < 1.3 * expected
    assert row(network).failures == 9
    Work.objects.update(next_reconcile_at=timezone.now() - timedelta(seconds=1))
    assert reconcile(network["metadata"]["uid"])
    assert row(network).failures == 0


def test_a_change_ends_the_backoff(site: Site, network: Document) -> None:
    site.cloud.fail("ensure_network", times=5)
    for _ in range(5):
        Work.objects.update(next_reconcile_at=timezone.now() - timedelta(seconds=1))
        reconcile(network["metadata"]["uid"])
    assert pending(network) > 5
    site.edit("networks", "lan", lambda d: d["spec"].update(dns=["192.0.2.1"]))
    assert pending(network) <= 0
    assert row(network).failures == 0


# --- what was forgotten, and what died


def test_a_sweep_finds_what_was_forgotten(network: Document) -> None:
    uid = network["metadata"]["uid"]
    queue.forget(uid)
    assert queue.sweep(store.list("networks"), spread=30) == 1
    assert -1 <= pending(network) <= 30
    assert row(network).plural == "networks"
    assert queue.sweep(store.list("networks"), spread=30) == 0


def test_an_object_that_is_gone_is_forgotten(network: Document) -> None:
    Work.objects.create(
        uid="ghost", plural="networks", namespace=TENANT, name="lan", next_reconcile_at=timezone.now()
    )
    assert reconcile("ghost")
    assert not Work.objects.filter(uid="ghost").exists()
    assert row(network).uid == network["metadata"]["uid"]


def test_the_lease_of_a_dead_process_is_free_at_once(network: Document) -> None:
    lease = claim(network)
    program = "from provisioning.reconcile.lease import HOLDER; print(HOLDER)"
    code = f"import django; django.setup(); {program}"
    holder = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ}, capture_output=True, text=True, check=True
    ).stdout.strip()
    Work.objects.filter(uid=lease.uid).update(holder=holder)
    assert is_dead(holder)
    assert queue.release_dead() == 1
    assert claim(network).fence > lease.fence + 1


def test_the_living_and_the_distant_keep_their_leases(network: Document) -> None:
    lease = claim(network)
    assert queue.release_dead() == 0
    Work.objects.filter(uid=lease.uid).update(holder="elsewhere.example:1:1")
    assert queue.release_dead() == 0


def test_a_pid_that_was_given_out_again_is_not_taken_for_the_holder(network: Document) -> None:
    lease = claim(network)
    host, pid, started = HOLDER.rsplit(":", 2)
    Work.objects.filter(uid=lease.uid).update(holder=f"{host}:{pid}:{int(started) - 1}")
    assert queue.release_dead() == 1


# --- two workers


def test_two_workers_never_work_on_one_object_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both try whatever there is, without waiting for hints; a pass notes when it begins and ends."""
    from provisioning.reconcile import reconciler

    under_way: dict[str, int] = {}
    most: dict[str, int] = {}
    lock = threading.Lock()
    real = reconciler._pass

    def watched(row: Work, document: Document, lease: Lease) -> object:
        with lock:
            under_way[row.uid] = under_way.get(row.uid, 0) + 1
            most[row.uid] = max(most.get(row.uid, 0), under_way[row.uid])
        try:
            return real(row, document, lease)
        finally:
            with lock:
                under_way[row.uid] -= 1

    monkeypatch.setattr(reconciler, "_pass", watched)
    cluster = site.cluster(control_planes=1, workers=1)
    deadline = time.monotonic() + 60

    def ready() -> bool:
        found = site.ready()
        return bool(found and found["status"] == "True")

    def work() -> int:
        passes = 0
        while not ready() and time.monotonic() < deadline:
            Work.objects.filter(holder="").update(next_reconcile_at=timezone.now() - timedelta(seconds=1))
            passes += sum(reconcile(uid) for uid in list(Work.objects.values_list("uid", flat=True)))
        return passes

    with slow_calls(site, 0.02):
        passes = at_once(2, work)
    assert all(passes), "both have worked"
    assert most[cluster["metadata"]["uid"]] == 1
    assert set(most.values()) == {1}
    settle(site, 1, 1)
