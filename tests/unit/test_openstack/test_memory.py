"""Answers of the cloud that many want at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from provisioning.drivers.openstack.memory import Memory


class Slow:
    """A cloud that answers once everybody has asked."""

    def __init__(self, answer: str | Exception | None = "it") -> None:
        self.calls = 0
        self.answer = answer
        self.asked, self.told = threading.Event(), threading.Event()

    def __call__(self) -> str | None:
        self.calls += 1
        self.asked.set()
        assert self.told.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _five(memory: Memory, cloud: Slow) -> list[object]:
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(memory.recall, "x", cloud)
        assert cloud.asked.wait(10)
        rest = [pool.submit(memory.recall, "x", cloud) for _ in range(4)]
        threading.Timer(0.2, cloud.told.set).start()
        return [one.exception() or one.result() for one in (first, *rest)]


def test_of_many_who_ask_at_once_one_asks_the_cloud() -> None:
    memory, cloud = Memory(), Slow()

    assert _five(memory, cloud) == ["it"] * 5
    assert memory.recall("x", cloud) == "it"
    assert cloud.calls == 1


def test_an_error_is_told_to_all_who_waited_and_not_remembered() -> None:
    memory, cloud = Memory(), Slow(OSError("down"))

    assert {str(one) for one in _five(memory, cloud)} == {"down"}
    assert cloud.calls == 1
    with pytest.raises(OSError, match="down"):
        memory.recall("x", cloud)
    assert cloud.calls == 2


def test_that_something_is_not_there_is_not_remembered() -> None:
    memory, cloud = Memory(), Slow(None)

    assert _five(memory, cloud) == [None] * 5
    memory.recall("x", cloud)
    assert cloud.calls == 2


@pytest.mark.parametrize("forget", ["one", "all"])
def test_what_is_forgotten_while_it_is_asked_for_is_asked_for_again(forget: str) -> None:
    memory, cloud = Memory(), Slow()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(memory.recall, "x", cloud)
        assert cloud.asked.wait(10)
        memory.forget_one("x") if forget == "one" else memory.forget()
        cloud.told.set()
        assert first.result() == "it"

    memory.recall("x", cloud)
    assert cloud.calls == 2


def test_what_was_said_is_old_after_a_while() -> None:
    memory = Memory()
    assert memory.recall("x", lambda: 1, seconds=-1) == 1
    assert memory.recall("x", lambda: 2) == 2
    assert memory.recall("x", lambda: 3) == 2


def test_the_latest_is_asked_for_after_everybody_who_gets_it_wanted_it() -> None:
    """What was asked before may not show what they did since: four who come during one call share the next."""
    memory, cloud = Memory(), Slow()
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(memory.latest, "x", cloud)
        assert cloud.asked.wait(10)
        rest = [pool.submit(memory.latest, "x", cloud) for _ in range(4)]
        threading.Timer(0.2, cloud.told.set).start()
        assert [one.result() for one in (first, *rest)] == ["it"] * 5

    assert cloud.calls == 2


def test_the_latest_may_be_as_old_as_the_caller_says() -> None:
    memory, cloud = Memory(), Slow()
    cloud.told.set()
    for max_age, calls in ((60, 1), (60, 1), (0, 2), (60, 2)):
        memory.latest("x", cloud, max_age=max_age)
        assert cloud.calls == calls
    memory.forget()
    memory.latest("x", cloud, max_age=60)
    assert cloud.calls == 3


def test_an_error_is_not_the_latest() -> None:
    memory, cloud = Memory(), Slow(OSError("down"))
    cloud.told.set()
    for _ in range(2):
        with pytest.raises(OSError, match="down"):
            memory.latest("x", cloud, max_age=60)
    assert cloud.calls == 2
