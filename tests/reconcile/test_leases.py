"""Leases: a heartbeat keeps them, and a holder that lost one changes nothing more."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connections, transaction
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from provisioning.models import LedgerEntry
from provisioning.reconcile import lease as leases
from provisioning.reconcile import ledger, queue
from provisioning.reconcile.lease import HOLDER, Heart, LeaseLost
from provisioning.reconcile.outside import KINDS, reconcile_outside
from provisioning.reconcile.reconciler import reconcile
from slipway.apimachinery.kinds import Document
from slipway.kernel.conditions import find
from slipway.settings.environment import ENVIRONMENT
from tests.reconcile.queueing import claim, in_thread, row, slow_calls, taken_over

SHORT = 0.9  # seconds; long enough for a busy machine to beat in time, short enough to wait for


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    short = replace(ENVIRONMENT, lease_seconds=SHORT)
    monkeypatch.setattr(leases, "ENVIRONMENT", short)
    monkeypatch.setattr(queue, "ENVIRONMENT", short)


@pytest.fixture
def heart(short_lease: None) -> Heart:
    """One of its own: that of the process beats at the pace of long leases."""
    return Heart()


# --- fencing


def test_the_one_that_was_followed_releases_nothing(network: Document) -> None:
    first = claim(network)
    second = taken_over(network)
    queue.release(first, 1000, failed=True)
    assert row(network).holder == HOLDER
    assert row(network).failures == 0
    queue.release(second, 1000, failed=False)
    assert row(network).holder == ""


def test_the_one_that_was_followed_writes_no_ledger(network: Document) -> None:
    stale = claim(network)
    taken_over(network)
    account = ledger.Account("fake", TENANT, network["metadata"]["uid"])
    with pytest.raises(LeaseLost):
        ledger.intend(stale, [(OutsideKind.NETWORK, "lan", account)])
    assert not LedgerEntry.objects.exists()
    assert stale.lost


def test_the_one_that_was_followed_calls_no_driver(site: Site, network: Document) -> None:
    stale = claim(network)
    taken_over(network)
    before = site.cloud.calls()
    with pytest.raises(LeaseLost):
        reconcile_outside(network, stale, KINDS["networks"])
    assert site.cloud.calls() == before


def test_the_one_that_was_followed_commits_nothing(network: Document) -> None:
    stale = claim(network)
    taken_over(network)

    def write() -> None:
        with transaction.atomic():
            LedgerEntry.objects.create(
                provider="fake", kind="network", name="x", tenant=TENANT, owner_uid="x"
            )
            queue.guard(stale)

    with pytest.raises(LeaseLost):
        write()
    assert not LedgerEntry.objects.exists()


def test_a_holder_that_slept_through_its_lease_knows(network: Document, short_lease: None) -> None:
    """Its process was stopped, its heartbeat with it: the clock tells it before the database can."""
    slept = claim(network)
    slept.check()
    time.sleep(SHORT)
    with pytest.raises(LeaseLost):
        slept.check()


def test_a_pass_that_is_overtaken_leaves_no_status(site: Site, network: Document) -> None:
    """The lease is taken in the middle of a slow call: what the call found is not written by the old holder."""
    with slow_calls(site, 1.0), ThreadPoolExecutor(1) as pool:
        seen = len(site.cloud.calls())

        def stale() -> None:
            reconcile(network["metadata"]["uid"])
            connections.close_all()

        passing = pool.submit(stale)
        deadline = time.monotonic() + 20
        while row(network).holder == "" and time.monotonic() < deadline:
            time.sleep(0.01)
        taken_over(network)
        passing.result()
        changes = [
            call for call in site.cloud.calls()[seen:] if call != "fingerprints"
        ]  # a look changes nothing
        assert len(changes) <= 1, "no call after the one it was in"
    after = site.get("networks", "lan")
    assert after is not None
    assert find(after, "Ready") is None
    assert row(network).holder == HOLDER, "the new holder's lease is untouched"


# --- heartbeat


def test_the_heartbeat_keeps_a_long_pass(network: Document, heart: Heart) -> None:
    lease = claim(network)
    with heart.keep(lease):
        time.sleep(3 * SHORT)
        assert not lease.lost
        assert in_thread(lambda: queue.claim(network["metadata"]["uid"])) is None
    queue.release(lease, 0, failed=False)


def test_the_heartbeat_finds_that_somebody_else_has_it(network: Document, heart: Heart) -> None:
    """Two threads of one process: the one that follows is kept, the one that stalled is told."""
    stale = claim(network)
    with heart.keep(stale):
        fresh = taken_over(network)
        with heart.keep(fresh):
            time.sleep(2 * SHORT)
            assert stale.lost
            assert not fresh.lost
        with heart.keep(fresh):
            pass


def test_a_stalled_thread_that_ends_takes_no_heartbeat_from_its_follower(
    network: Document,
    heart: Heart,
) -> None:
    stale = claim(network)
    kept = heart.keep(stale)
    kept.__enter__()
    fresh = taken_over(network)
    with heart.keep(fresh):
        kept.__exit__(None, None, None)
        time.sleep(2 * SHORT)
        assert not fresh.lost
