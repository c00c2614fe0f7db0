"""The measurements on bare hosts as Markdown: medians, the spread, and how they stand against each other."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from benchmarks.declaration import Declaration
from benchmarks.report import row, split

Round = Mapping[str, Any]


def markdown(declaration: Declaration, rounds: Sequence[Round]) -> str:
    """The whole report."""
    size = f"{declaration.control_planes} control planes + {declaration.workers} workers"
    return "\n".join(
        [
            f"# Kubernetes {declaration.version} on bare hosts, {size}, {len(rounds)} rounds (median, range)",
            "",
            "| | raw | Slipway | ratio | goal | |",
            "| --- | --- | --- | --- | --- | --- |",
            row("from bare hosts to every node Ready", itemgetter("create"), rounds),
            row("of it until the hosts are prepared", itemgetter("prepared"), rounds),
            row("of it Kubernetes, on prepared hosts", _kubernetes, rounds, 1.0),
            row("one more worker, from a bare host", itemgetter("one_more_worker"), rounds),
            row("deletion; raw: `kubeadm reset`", itemgetter("delete"), rounds),
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
    return float(side["create"] - side["prepared"])
