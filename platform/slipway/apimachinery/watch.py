"""Watches: one reader of the change log per web process, fanned out to one bounded queue per watcher."""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from django.db import Error as DatabaseError

from slipway.apimachinery import changes, pool
from slipway.apimachinery.models import Change

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.15
_RETRY_SECONDS = 1.0
_AT_ONCE = 1000
QUEUE_SIZE = 1000  # changes of its kind that a watcher may be behind


@dataclass(eq=False)
class Shared:
    """One change on its way to many watchers; what was encoded for one is sent to all who ask the same."""

    change: Change
    encoded: dict[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Watcher:
    """One open watch. `None` in the queue means that it fell behind and has to start anew."""

    plural: str
    namespace: str | None
    start: int  # the hub had read so far when the watcher came: what is older comes from the log itself
    queue: asyncio.Queue[Shared | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))

    def offer(self, shared: Shared) -> bool:
        """Whether the watcher could take the change."""
        if self.namespace is not None and shared.change.namespace != self.namespace:
            return True
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(shared)
            return True
        return False

    def expire(self) -> None:
        """Tell the watcher that it has to start anew."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """All watchers of one event loop. Reads the change log only while somebody watches."""

    def __init__(self) -> None:
        self.position = 0
        self._watchers: dict[str, set[Watcher]] = {}
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch-hub")

    async def join(self, plural: str, namespace: str | None) -> Watcher:
        """A new watcher; it is told of every change after its `start`."""
        async with self._starting:
            if self._reader is None or self._reader.done():
                self.position, _ = await pool.run_on(self._thread, changes.position)
                self._reader = asyncio.create_task(self._run())
            watcher = Watcher(plural, namespace, self.position)
            self._watchers.setdefault(plural, set()).add(watcher)
            return watcher

    def leave(self, watcher: Watcher) -> None:
        """The watcher's client has gone."""
        mine = self._watchers.get(watcher.plural, set())
        mine.discard(watcher)
        if not mine:
            self._watchers.pop(watcher.plural, None)

    async def _run(self) -> None:
        try:
            await self._read()
        except Exception:  # the next reader starts further on: whoever watches now would miss what is between
            self._expire_all()
            raise

    async def _read(self) -> None:
        failed = False
        while self._watchers:
            try:
                batch = await pool.run_on(self._thread, changes.since, self.position, limit=_AT_ONCE)
                if failed and (await pool.run_on(self._thread, changes.position))[1] > self.position:
                    self._expire_all()  # the log was trimmed while it could not be read
                    return
                failed = False
            except DatabaseError:
                failed = True
                _log.warning("cannot read the change log, watchers wait", exc_info=True)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            for change in batch:
                self._hand_out(Shared(change))
                self.position = change.resource_version
            if len(batch) < _AT_ONCE:
                await asyncio.sleep(POLL_SECONDS)

    def _hand_out(self, shared: Shared) -> None:
        for watcher in self._slow(shared):
            self.leave(watcher)
            watcher.expire()

    def _expire_all(self) -> None:
        for watcher in [w for watchers in self._watchers.values() for w in watchers]:
            self.leave(watcher)
            watcher.expire()

    def _slow(self, shared: Shared) -> list[Watcher]:
        return [w for w in self._watching(shared.change.plural) if not w.offer(shared)]

    def _watching(self, plural: str) -> Iterator[Watcher]:
        yield from self._watchers.get(plural, ())


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
