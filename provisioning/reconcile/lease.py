"""Leases: who works on an object. A heartbeat keeps them; a holder that lost one stops before its next step."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.db import close_old_connections, connection
from django.utils import timezone

from provisioning.models import Work
from slipway.settings.environment import ENVIRONMENT


class LeaseLost(Exception):  # noqa: N818 - no error: the pass is over, another one goes on
    """Another worker may have taken the object over: stop at once, change nothing more."""


def _started(pid: int) -> str:
    """The start time of a process in clock ticks: tells a process from a later one with the same pid."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


HOLDER = f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


@dataclass
class Lease:
    """The right to work on one object until it is released or lost."""

    uid: str
    fence: int
    dirty: int
    failures: int
    renewed: float = field(default_factory=time.monotonic)  # when the request that last renewed it was sent
    _lost: threading.Event = field(default_factory=threading.Event)

    @property
    def lost(self) -> bool:
        """Whether the lease is gone; cheap enough to ask between any two steps.

        The clock is asked too: a process that was stopped for a while wakes before its heartbeat does.
        """
        return self._lost.is_set() or time.monotonic() - self.renewed >= ENVIRONMENT.lease_seconds

    def check(self) -> None:
        """Raise LeaseLost if the lease is gone."""
        if self.lost:
            raise LeaseLost(self.uid)

    def lose(self) -> None:
        """The heartbeat found that somebody else has it."""
        self._lost.set()


class Heart:
    """One thread per process that renews every lease the process holds, three times per lease time."""

    def __init__(self) -> None:
        self._held: dict[
            tuple[str, int], Lease
        ] = {}  # by fence too: a thread may follow a stalled one of ours
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keep(self, lease: Lease) -> Iterator[Lease]:
        """Renew `lease` while the block runs."""
        with self._lock:
            self._held[lease.uid, lease.fence] = lease
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield lease
        finally:
            with self._lock:
                self._held.pop((lease.uid, lease.fence), None)

    def _beat(self) -> None:
        while True:
            time.sleep(ENVIRONMENT.lease_seconds / 3)
            with self._lock:
                held = list(self._held.values())
            for lease in held:
                self._renew(lease)
            connection.close()

    def _renew(self, lease: Lease) -> None:
        now = time.monotonic()
        try:
            close_old_connections()
            kept = Work.objects.filter(uid=lease.uid, fence=lease.fence, holder=HOLDER).update(
                lease_expires_at=timezone.now() + timedelta(seconds=ENVIRONMENT.lease_seconds)
            )
        except Exception:  # noqa: BLE001 - whatever the database's trouble is: without renewal the lease runs out
            return
        if not kept:
            lease.lose()
            return
        lease.renewed = now


heart = Heart()


def is_dead(holder: str) -> bool:
    """Whether the holder was a process of this very host that is gone. Holders elsewhere only run out."""
    host, _, rest = holder.partition(":")
    pid, _, started = rest.partition(":")
    return host == socket.gethostname() and pid.isdigit() and _started(int(pid)) != started
