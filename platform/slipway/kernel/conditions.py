"""Kubernetes-style conditions on plain documents. The transition time moves only when the status moves."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal, TypedDict

ConditionStatus = Literal["True", "False", "Unknown"]


class Condition(TypedDict):
    """One entry of `status.conditions`, as metav1.Condition has it."""

    type: str
    status: ConditionStatus
    reason: str
    message: str
    lastTransitionTime: str
    observedGeneration: int


def timestamp(at: datetime | None = None) -> str:
    """RFC 3339 in UTC with whole seconds, as every Kubernetes API writes it."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def condition(
    kind: str, status: ConditionStatus, reason: str, message: str = "", *, generation: int = 0, at: str = ""
) -> Condition:
    """A condition with its transition time set to now (or `at`)."""
    return Condition(
        type=kind,
        status=status,
        reason=reason,
        message=message,
        lastTransitionTime=at or timestamp(),
        observedGeneration=generation,
    )


def merge(old: Iterable[Condition], new: Iterable[Condition]) -> list[Condition]:
    """`new` replaces `old` type by type; an unchanged status keeps its transition time. Others are kept."""
    result = {c["type"]: c for c in old}
    for fresh in new:
        before = result.get(fresh["type"])
        if before and before["status"] == fresh["status"]:
            fresh = Condition(**{**fresh, "lastTransitionTime": before["lastTransitionTime"]})  # noqa: PLW2901
        result[fresh["type"]] = fresh
    return list(result.values())


def find(document: dict[str, Any], kind: str) -> Condition | None:
    """The condition of that type in `document.status.conditions`, if it has one."""
    found: list[Condition] = document.get("status", {}).get("conditions", [])
    return next((c for c in found if c["type"] == kind), None)


def is_true(document: dict[str, Any], kind: str) -> bool:
    """Whether the document says that condition is True."""
    found = find(document, kind)
    return found is not None and found["status"] == "True"
