"""One ansible-runner event becomes one redacted RunEvent, or nothing."""

from datetime import UTC, datetime

import pytest

from provisioning.ansible.events import run_event


def event(kind: str, *, result: dict | None = None, **data: object) -> dict:
    return {
        "event": kind,
        "counter": 7,
        "created": "2026-11-22T10:00:00.5+00:00",
        "event_data": {"host": "w1", "task": "Start the worker", "res": result or {}} | data,
    }


@pytest.mark.parametrize(
    ("kind", "result", "status"),
    [
        ("runner_on_ok", {"changed": False}, "ok"),
        ("runner_on_ok", {"changed": True}, "changed"),
        ("runner_on_failed", {"msg": "no"}, "failed"),
        ("runner_on_skipped", {}, "skipped"),
        ("runner_on_unreachable", {"msg": "no route"}, "unreachable"),
    ],
)
def test_its_status_is_what_happened(kind, result, status):
    seen = run_event(event(kind, result=result))
    assert seen is not None
    assert (seen.status, seen.host, seen.step, seen.sequence) == (status, "w1", "Start the worker", 7)
    assert seen.at == datetime(2026, 11, 22, 10, 0, 0, 500000, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["verbose", "playbook_on_stats", "playbook_on_start", "runner_on_start"])
def test_what_tells_a_reader_nothing_is_left_out(kind):
    assert run_event(event(kind)) is None


def test_a_failure_that_the_playbook_ignores_is_none():
    seen = run_event(event("runner_on_failed", result={"msg": "no"}, ignore_errors=True))
    assert seen is not None
    assert seen.status == "ok"


def test_no_secret_gets_into_its_text():
    key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----"
    result = {
        "msg": f"broke at {key}",
        "stderr": "token: abcdef.0123456789abcdef",
        "module_stderr": "x" * 9000,
    }
    seen = run_event(event("runner_on_failed", result=result))
    assert seen is not None
    assert "MHcCAQEE" not in seen.text
    assert "0123456789abcdef" not in seen.text
    assert seen.text.startswith("broke at")
    assert len(seen.text) <= 4000


def test_a_play_is_named_when_it_starts():
    seen = run_event(
        {"event": "playbook_on_play_start", "counter": 1, "event_data": {"play": "Join workers"}}
    )
    assert seen is not None
    assert (seen.step, seen.status, seen.host) == ("Join workers", "started", "")
