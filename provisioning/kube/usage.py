"""What nodes use of what they have: metrics-server's numbers beside the nodes' capacity. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from slipway.kernel import quantity

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NodeUsage:
    """One node at one moment: cores and bytes."""

    name: str
    cpu: float
    cpu_capacity: float
    memory: int
    memory_capacity: int


def usages(nodes: Iterable[Document], metrics: Iterable[Document]) -> tuple[NodeUsage, ...]:
    """Every node that metrics-server knows, by name."""
    used = {item["metadata"]["name"]: item["usage"] for item in metrics}
    found = (
        _usage(node, used[node["metadata"]["name"]]) for node in nodes if node["metadata"]["name"] in used
    )
    return tuple(sorted(found, key=lambda one: one.name))


def _usage(node: Document, used: Document) -> NodeUsage:
    capacity = node["status"]["capacity"]
    return NodeUsage(
        node["metadata"]["name"],
        _cores(used["cpu"]),
        _cores(capacity["cpu"]),
        int(quantity.parse(used["memory"])),
        int(quantity.parse(capacity["memory"])),
    )


def _cores(text: str) -> float:
    """Quantities below a thousandth are for programs only: 123456n, 123u."""
    for suffix, factor in (("n", 1e-9), ("u", 1e-6)):
        if text.endswith(suffix):
            return float(text[:-1]) * factor
    return float(quantity.parse(text))
