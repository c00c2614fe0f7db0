"""The measurements as Markdown: medians, the spread, and how they stand against the goals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from statistics import median
from typing import Any

from benchmarks.declaration import Declaration

Round = Mapping[str, Any]

CREATE_RATIO = 0.75
WORKER_RATIO = 1.5
DELETE_SECONDS = 15.0
MEMORY_MEBIBYTES = 500.0


def markdown(declaration: Declaration, rounds: Sequence[Round]) -> str:
    """The whole report."""
    size = f"{declaration.control_planes} control planes + {declaration.workers} workers"
    return "\n".join(
        [
            f"# Kubernetes {declaration.version}, {size}, {len(rounds)} rounds (median, lowest to highest)",
            "",
            *_comparison(rounds),
            "",
            *split("Raw: steps", rounds, lambda r: r["raw"]["steps"]),
            "",
            *split("Slipway: phases", rounds, lambda r: r["slipway"]["steps"]),
            "",
            *split("Slipway: runs", rounds, lambda r: r["slipway"]["runs"]),
            "",
        ]
    )


def _comparison(rounds: Sequence[Round]) -> Iterable[str]:
    yield "| | raw | Slipway | ratio | goal | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield row("from nothing to ready, DNS answering", itemgetter("create"), rounds, CREATE_RATIO)
    yield row("one more worker, until its node is Ready", itemgetter("one_more_worker"), rounds, WORKER_RATIO)
    yield row("one more worker, until a pod runs on it", _worker_in_use, rounds, WORKER_RATIO)
    yield _limit_row("deletion", rounds, lambda r: r["slipway"]["delete"], DELETE_SECONDS, "s", raw="delete")
    yield _limit_row("memory, PSS", rounds, lambda r: r["slipway"]["memory"]["pss"], MEMORY_MEBIBYTES, "MiB")


def _worker_in_use(side: Round) -> float:
    """Its node may say Ready before pods can start there: the CNI configuration is looked at, not the network."""
    return float(side["one_more_worker"] + side["pod_on_it"])


def row(
    title: str, value: Callable[[Round], float], rounds: Sequence[Round], goal: float = 0, unit: str = " s"
) -> str:
    """Both sides, how ours stands against the other, and against the goal where there is one."""
    by_hand, ours = [value(r["raw"]) for r in rounds], [value(r["slipway"]) for r in rounds]
    ratio = median(ours) / median(by_hand)
    judged = f"≤ {goal} x raw | {mark(ratio, goal)}" if goal else " | "
    return f"| {title} | {spread(by_hand)}{unit} | {spread(ours)}{unit} | {ratio:.2f} | {judged} |"


def _limit_row(
    title: str,
    rounds: Sequence[Round],
    value: Callable[[Round], float],
    goal: float,
    unit: str,
    *,
    raw: str = "",
) -> str:
    ours = [value(r) for r in rounds]
    by_hand = f"{spread([r['raw'][raw] for r in rounds])} {unit}" if raw else ""
    judged = mark(median(ours), goal)
    return f"| {title} | {by_hand} | {spread(ours)} {unit} | | < {goal:g} {unit} | {judged} |"


def split(
    title: str, rounds: Sequence[Round], steps: Callable[[Round], Mapping[str, float]]
) -> Iterable[str]:
    yield f"| {title} | s |"
    yield "| --- | --- |"
    for name in dict.fromkeys(name for r in rounds for name in steps(r)):
        yield f"| {name} | {spread([steps(r)[name] for r in rounds if name in steps(r)])} |"


def spread(values: list[float]) -> str:
    middle = f"{median(values):.1f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.1f} to {max(values):.1f})"


def mark(value: float, goal: float) -> str:
    return "met" if value <= goal else "**missed**"
