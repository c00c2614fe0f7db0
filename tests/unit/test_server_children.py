"""A child's restarts get slower while it keeps dying, and its log stays small."""

import pytest

from slipway.server import children
from slipway.server.children import Child


class Dead:
    pid = 1

    def poll(self):
        return 1


@pytest.fixture
def child(tmp_path):
    return Child("web", tmp_path, {})


def die(child, monkeypatch, lived):
    now = 1000.0
    monkeypatch.setattr(children.time, "monotonic", lambda: now)
    child._process, child._started = Dead(), now - lived
    assert child.reap() == 1
    return child.due - now


def test_backoff_doubles_to_a_limit_and_starts_afresh_after_a_steady_life(child, monkeypatch):
    delays = [die(child, monkeypatch, lived=1) for _ in range(10)]
    assert delays[:4] == pytest.approx([0.2, 0.4, 0.8, 1.6])
    assert delays[-1] == children.LONGEST_DELAY
    assert die(child, monkeypatch, lived=children.STEADY + 1) == pytest.approx(children.FIRST_DELAY)


def test_log_is_rotated_under_an_open_writer(child, tmp_path, monkeypatch):
    monkeypatch.setattr(children, "LOG_BYTES", 10)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(6):
            writer.write(b"%d-0123456789\n" % number)
            child.rotate_log()
        writer.write(b"last\n")
    assert log.read_bytes() == b"last\n"
    kept = sorted(p.name for p in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_bytes().startswith(b"5-")
    assert (tmp_path / "web.log.3").read_bytes().startswith(b"3-")
