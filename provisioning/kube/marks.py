"""The labels and taints of a pool's nodes, and what to change on a node that has others. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.kube.observation import NodeObservation, Taint


@dataclass(frozen=True, slots=True)
class Marks:
    """Labels and taints as a NodePool declares them."""

    labels: Mapping[str, str]
    taints: frozenset[Taint]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Marks":
        """Those under `labels` and `taints` of a spec, or of what `document` wrote."""
        taints = (Taint(t["key"], t.get("value", ""), t["effect"]) for t in document.get("taints") or ())
        return cls(dict(document.get("labels") or {}), frozenset(taints))

    def document(self) -> dict[str, Any]:
        """As JSON, sorted: equal marks are equal documents."""
        return {"labels": dict(sorted(self.labels.items())), "taints": _documents(self.taints)}


def patch(node: NodeObservation, wanted: Marks, before: Marks) -> dict[str, Any] | None:
    """A JSON merge patch that marks the node as wanted; None if it is.

    Only what was declared is touched: `before` tells which of the node's marks are ours to take away. The
    patch is refused when the node changed meanwhile, since a list of taints is replaced as a whole.
    """
    labels: dict[str, str | None] = dict.fromkeys(before.labels.keys() & node.labels.keys() - wanted.labels)
    labels |= {key: value for key, value in wanted.labels.items() if node.labels.get(key) != value}
    taints = (node.taints - before.taints) | wanted.taints
    if not labels and taints == node.taints:
        return None
    return {
        "metadata": {"resourceVersion": node.revision, **({"labels": labels} if labels else {})},
        **({"spec": {"taints": _documents(taints)}} if taints != node.taints else {}),
    }


def _documents(taints: frozenset[Taint]) -> list[dict[str, str]]:
    ordered = sorted(taints, key=lambda t: (t.key, t.effect, t.value))
    return [{"key": t.key, **({"value": t.value} if t.value else {}), "effect": t.effect} for t in ordered]
