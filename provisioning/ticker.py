"""The ticker: turns due rows into messages, and does what has to be done now and then."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections
from kombu.exceptions import OperationalError

from provisioning import offered_drivers, releases
from provisioning.reconcile import queue
from provisioning.tasks import reconcile
from slipway.apimachinery.kinds import registry
from slipway.apimachinery.store import store
from tenants import lifecycle

log = logging.getLogger(__name__)

PACE = 0.2  # seconds between looks at the queue when nothing wakes the ticker
SWEEP_SPREAD = 30.0  # what a sweep finds forgotten is queued over so many seconds


@dataclass
class _Chore:
    """Something done every `period` seconds, give or take a tenth, so that tickers do not march in step."""

    work: Callable[[], object]
    period: float
    due: float = 0.0

    def run_if_due(self) -> None:
        now = time.monotonic()
        if now >= self.due:
            self.due = now + self.period * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
            self.work()


def _sweep() -> None:
    """Queue every reconciled object that has no row."""
    for kind in registry.kinds():
        if kind.reconciled:
            queue.sweep(store.list(kind.plural), SWEEP_SPREAD)


CHORES = (
    _Chore(queue.release_dead, 2),
    _Chore(releases.sync, 60),
    _Chore(offered_drivers.sync, 60),
    _Chore(_sweep, 60),
    _Chore(lifecycle.sweep, 30),
    _Chore(store.trim, 60),
)


def tick() -> int:
    """Send a message for everything that is due; how many."""
    if not queue.anything_due():
        return 0
    uids = queue.take_due()
    for uid in uids:
        reconcile.delay(uid)
    return len(uids)


def run(stop: threading.Event) -> None:
    """Tick until told to stop. The database or the broker being away is waited out."""
    while not stop.is_set():
        try:
            close_old_connections()
            for chore in CHORES:
                chore.run_if_due()
            tick()
        except (DatabaseError, OperationalError) as error:
            log.warning("the ticker waits for its database and broker: %s", type(error).__name__)
            stop.wait(1)
        queue.wake.wait(PACE)
        queue.wake.clear()


def main() -> None:
    """The ticker as a process of its own."""
    stop = threading.Event()
    _stop_on_signals(stop)
    run(stop)


def _stop_on_signals(stop: threading.Event) -> None:
    import signal

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
