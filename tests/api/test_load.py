"""Under load, watchers see every write once and in order: resourceVersions appear in the order of commits."""

import contextlib
import json
import threading

import pytest

from tests.api.conftest import Api, Platform

_PROCESSES, _THREADS, _EACH = 2, 4, 15
_WRITTEN = _PROCESSES * _THREADS * _EACH
_DELETED = _PROCESSES * _THREADS * len(range(0, _EACH, 3))


class Follower(threading.Thread):
    """Watches from `version` until it has seen as many events as were written, or the watch ends."""

    def __init__(self, api: Api, path: str, version: str, expected: int) -> None:
        super().__init__(daemon=True)
        self.events: list[tuple[int, str, str]] = []
        self._answer = api.get(f"{path}?watch=true&resourceVersion={version}&timeoutSeconds=120", stream=True)
        self._expected = expected

    def run(self) -> None:
        with contextlib.closing(self._answer):
            for line in self._answer.iter_lines(chunk_size=1):
                event = json.loads(line)
                held = event["object"]["metadata"]
                self.events.append((int(held["resourceVersion"]), event["type"], held["name"]))
                if len(self.events) >= self._expected:
                    return


@pytest.mark.timeout(240)
def test_nothing_is_missed_and_order_is_kept(
    api: Api, widgets: str, namespace: str, platform: Platform
) -> None:
    expected = 2 * _WRITTEN + _DELETED
    version = api.get(widgets).json()["metadata"]["resourceVersion"]
    followers = [Follower(api, widgets, version, expected) for _ in range(3)]
    for follower in followers:
        follower.start()
    writers = [
        platform.start("load", namespace, f"p{p}", str(_THREADS), str(_EACH)) for p in range(_PROCESSES)
    ]
    for writer in writers:
        writer.communicate(timeout=180)
        assert writer.returncode == 0
    late = Follower(api, widgets, version, expected)
    late.start()
    for follower in (*followers, late):
        follower.join(60)
        versions = [v for v, _, _ in follower.events]
        assert versions == sorted(set(versions)), "strictly increasing"
        kinds = [kind for _, kind, _ in follower.events]
        assert (kinds.count("ADDED"), kinds.count("DELETED")) == (_WRITTEN, _DELETED)
        assert len(follower.events) == expected
    assert len(api.get(widgets).json()["items"]) == _WRITTEN - _DELETED
