"""What need not be asked again: answers of the cloud that hold for a while, or that many want at once."""

import threading
import time
from collections import defaultdict
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
        self._lists: defaultdict[str, _Latest] = defaultdict(_Latest)

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

    def latest(self, what: str, find: Callable[[], T], *, max_age: float = 0) -> T:
        """What `find` said when it was asked at most `max_age` seconds before this call, or later.

        Unlike what is recalled it shows whatever the caller did before: those who wait for one answer share the next.
        """
        began = time.monotonic() - max_age
        with self._lock:
            kept = self._lists[what]
        return kept.since(began, find)

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
            self._lists.clear()

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


class _Latest:
    """The last answer, and when it was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._answer: Any = None

    def since(self, moment: float, find: Callable[[], T]) -> T:
        with self._lock:
            if self._asked <= moment:
                asked = time.monotonic()
                self._answer = find()
                self._asked = asked
            return self._answer  # type: ignore[no-any-return]  # one kind of answer per key
