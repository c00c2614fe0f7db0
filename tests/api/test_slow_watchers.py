"""A watcher that does not keep up is let go and told so; nobody else waits for it."""

import asyncio

from slipway.apimachinery.models import Change
from slipway.apimachinery.watch import QUEUE_SIZE, Hub, Shared


def _change(number: int) -> Shared:
    return Shared(
        Change(resource_version=number, plural="widgets", namespace="red", name="a", type="MODIFIED")
    )


async def _overrun(monkeypatch) -> tuple[int, list[Shared | None]]:
    """How many changes the quick watcher got, and what is left for the slow one."""
    hub = Hub()
    monkeypatch.setattr("slipway.apimachinery.changes.position", lambda: (0, 0))
    monkeypatch.setattr("slipway.apimachinery.changes.since", lambda *_, **__: [])
    slow, quick = await hub.join("widgets", None), await hub.join("widgets", "red")
    got = 0
    for number in range(1, QUEUE_SIZE + 50):
        hub._hand_out(_change(number))
        got += quick.queue.get_nowait() is not None
    left = [slow.queue.get_nowait() for _ in range(slow.queue.qsize())]
    hub.leave(quick)
    return got, left


def test_a_slow_watcher_is_dropped(monkeypatch) -> None:
    got, left = asyncio.run(_overrun(monkeypatch))
    assert got == QUEUE_SIZE + 49
    assert left == [None], "one word: start anew"
