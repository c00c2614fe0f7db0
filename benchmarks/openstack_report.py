"""The measurements in OpenStack as Markdown: medians, the spread, and how they stand against the goal."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from benchmarks.declaration import Declaration
from benchmarks.report import row, split

Round = Mapping[str, Any]

CREATE_RATIO = 0.8


def markdown(declaration: Declaration, rounds: Sequence[Round]) -> str:
    """The whole report."""
    size = f"{declaration.control_planes} control planes + {declaration.workers} workers"
    return "\n".join(
        [
            f"# Kubernetes {declaration.version} in OpenStack, {size}, {len(rounds)} rounds (median, range)",
            "",
            "| | raw | Slipway | ratio | goal | |",
            "| --- | --- | --- | --- | --- | --- |",
            row("from nothing to every node Ready", itemgetter("create"), rounds, CREATE_RATIO),
            row("of it the cloud: until the machines can be used", itemgetter("cloud"), rounds),
            row("of it Kubernetes", _kubernetes, rounds),
            row("deletion", itemgetter("delete"), rounds),
            row("calls to OpenStack", itemgetter("calls"), rounds, unit=""),
            "",
            f"An idle cluster makes {rounds[-1]['slipway']['idle_calls_per_hour']:.0f} calls to OpenStack per hour.",
            "",
            *split("Raw: steps", rounds, lambda r: r["raw"]["steps"]),
            "",
            *split("Slipway: phases", rounds, lambda r: r["slipway"]["steps"]),
            "",
            *split("Slipway: runs", rounds, lambda r: r["slipway"]["runs"]),
            "",
        ]
    )


def _kubernetes(side: Round) -> float:
    return float(side["create"] - side["cloud"])
