"""How long clusters took at a provider: written when one is Ready for the first time, kept at the Provider."""

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Final

from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp

KEPT: Final = 20
_COMPARED: Final = 5  # the nearest in size
_WAITS: Final = "Preflight"  # for room, which somebody has to make: says nothing of the provider


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds that a cluster will probably take; None without a history. `machines`: sizes of those compared."""

    seconds: float | None = None
    machines: tuple[int, ...] = ()
    phases: dict[str, float] = field(default_factory=dict)


def record(provider: str, phases: list[dict[str, Any]], machines: int) -> None:
    """One more cluster was built there. Lost if the process dies just now: it is a history, no account."""
    took = {p["name"]: _seconds(p) for p in phases if p.get("finishedAt") and p["name"] != _WAITS}
    build = {
        "at": timestamp(),
        "machines": machines,
        "seconds": round(sum(took.values()), 1),
        "phases": {name: seconds for name, seconds in took.items() if seconds},
    }

    def change(document: Document) -> None:
        status = document.setdefault("status", {})
        status["builds"] = [build, *status.get("builds", [])][:KEPT]

    store.update_status("providers", "", provider, change)


def estimate(builds: list[dict[str, Any]], machines: int) -> Estimate:
    """The middle of those that were nearest in size: one that waited for somebody does not move it."""
    near = sorted(builds, key=lambda b: abs(b["machines"] - machines))[:_COMPARED]
    if not near:
        return Estimate()
    names = dict.fromkeys(name for build in near for name in build["phases"])
    phases = {name: median(b["phases"].get(name, 0) for b in near) for name in names}
    sizes = tuple(sorted(b["machines"] for b in near))
    return Estimate(round(median(b["seconds"] for b in near), 1), sizes, phases)


def _seconds(phase: dict[str, Any]) -> float:
    began, ended = (datetime.fromisoformat(phase[key]) for key in ("startedAt", "finishedAt"))
    return round((ended - began).total_seconds(), 1)
