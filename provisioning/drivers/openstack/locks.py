"""One thread at a time for each name: OpenStack makes as many objects of one name as it is asked for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary


class _Lock:
    """A lock that can be referred to weakly."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


_held: WeakValueDictionary[tuple[str, ...], _Lock] = WeakValueDictionary()
_guard = threading.Lock()


@contextmanager
def alone(*name: str) -> Iterator[None]:
    """Wait until no other thread works on that name. Other processes are kept away by the object's lease."""
    with _guard:
        mine = _held.get(name)
        if mine is None:
            mine = _held[name] = _Lock()
    with mine.lock:
        yield
