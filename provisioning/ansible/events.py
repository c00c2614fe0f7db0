"""From one ansible-runner event to one redacted line that a Run keeps, or to nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from slipway.kernel import redact

EventStatus = Literal["started", "ok", "changed", "failed", "skipped", "unreachable"]

_STATUS: Final[Mapping[str, EventStatus]] = {
    "playbook_on_play_start": "started",
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_skipped": "skipped",
    "runner_on_unreachable": "unreachable",
}
_LONGEST_TEXT: Final = 4000  # a stack trace of one host must not fill the Run's log


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One thing that happened in a run, fit to be stored and shown."""

    sequence: int
    at: datetime
    host: str
    step: str
    status: EventStatus
    text: str


def run_event(event: Mapping[str, Any]) -> RunEvent | None:
    """The RunEvent that `event` amounts to; None for what a reader of the log gains nothing from."""
    status = _STATUS.get(str(event.get("event")))
    if status is None:
        return None
    data: Mapping[str, Any] = event.get("event_data") or {}
    result = data.get("res")
    result = result if isinstance(result, Mapping) else {}
    if status == "ok" and result.get("changed"):
        status = "changed"
    if status == "failed" and data.get("ignore_errors"):
        status = "ok"
    return RunEvent(
        sequence=int(event.get("counter", 0)),
        at=_moment(event),
        host=str(data.get("host", "")),
        step=str(data.get("task") or data.get("play") or ""),
        status=status,
        text=_text(result, status),
    )


def _moment(event: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(event["created"]))
    except (KeyError, ValueError):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(result: Mapping[str, Any], status: EventStatus) -> str:
    """What the module itself said; of a failure also what the program under it said."""
    parts = [str(result.get("msg") or "")]
    if status in ("failed", "unreachable"):
        parts += [str(result.get(key) or "") for key in ("stderr", "module_stderr")]
    return redact.text("\n".join(part for part in parts if part))[:_LONGEST_TEXT]
