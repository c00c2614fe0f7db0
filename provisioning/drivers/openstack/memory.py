"""What need not be asked again: answers of the cloud that hold for a while."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

REMEMBERED = 60.0
"""Seconds that lists of flavors, images and the like are not asked for again."""


class Memory:
    """Answers by what they are about. Of many who ask at once, one asks the cloud, and all get what it was told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Any]] = {}
        self._asked: dict[str, Future[Any]] = {}

    def recall(self, what: str, find: Callable[[], T], *, seconds: float = REMEMBERED) -> T:
        """What `find` said not long ago, else what it says now; its error is everybody's who asked meanwhile."""
        with self._lock:
            until, value = self._known.get(what, (0.0, None))
            if time.monotonic() <= until:
                return value  # type: ignore[no-any-return]  # one value per key
            first = what not in self._asked
            answer: Future[T] = self._asked.setdefault(what, Future())
        if first:
            self._ask(what, find, seconds, answer)
        return answer.result()

    def forget_one(self, what: str) -> None:
        """It was changed, or may have been by another process."""
        with self._lock:
            self._known.pop(what, None)
            self._asked.pop(what, None)

    def forget(self) -> None:
        """After an error: it may come from something that is no longer as remembered."""
        with self._lock:
            self._known.clear()
            self._asked.clear()

    def _ask(self, what: str, find: Callable[[], T], seconds: float, answer: "Future[T]") -> None:
        try:
            value = find()
        except BaseException as error:  # noqa: BLE001 - nobody who waits may be left waiting; it is raised from the answer
            self._answered(what, answer)
            answer.set_exception(error)
        else:
            # that something is not there is true for the moment only
            self._answered(what, answer, None if value is None else (time.monotonic() + seconds, value))
            answer.set_result(value)

    def _answered(self, what: str, answer: Future[Any], known: tuple[float, Any] | None = None) -> None:
        """Kept, unless it was forgotten while it was on its way."""
        with self._lock:
            if self._asked.get(what) is answer:
                del self._asked[what]
                if known:
                    self._known[what] = known
