"""What a tenant uses of its quota, and the errors of an object that asks for more than is left."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from provisioning.kinds.common import path_of
from slipway.apimachinery.kinds import Admission, Document, FieldError
from slipway.kernel import quantity
from tenants.quotas import lock, shortages


def _machines(count: int, shape: dict[str, Any]) -> dict[str, Decimal]:
    return {
        "nodes": Decimal(count),
        "cpu": count * quantity.parse(shape.get("cpu") or 0),
        "memory": count * quantity.parse(shape.get("memory") or 0),
    }


def usage_of(document: Document) -> dict[str, Decimal]:
    """What one object takes of its tenant's quota: resource name → amount (cores, bytes, pieces)."""
    spec = document["spec"]
    match document["kind"]:
        case "Cluster":
            owned_address = 0 if path_of(spec, "endpoint.floatingIP") else 1
            control_plane = _machines(spec["controlPlane"]["replicas"], spec["controlPlane"]["machine"])
            return {"clusters": Decimal(1), "floatingIPs": Decimal(owned_address), **control_plane}
        case "NodePool":
            return _machines(spec["replicas"], spec["machine"])
        case "FloatingIP" if not document["metadata"].get("ownerReferences"):
            return {"floatingIPs": Decimal(1)}
        case "StoragePool":
            return {"storage": quantity.parse(spec.get("capacity") or 0)}
    return {}


def usage(documents: Iterable[Document]) -> dict[str, Decimal]:
    """The sum over all objects."""
    total: dict[str, Decimal] = {}
    for document in documents:
        for resource, amount in usage_of(document).items():
            total[resource] = total.get(resource, Decimal(0)) + amount
    return total


COUNTED = ("clusters", "nodepools", "floatingips", "storagepools")
_FIELD = {
    ("Cluster", "nodes"): "spec.controlPlane.replicas",
    ("Cluster", "cpu"): "spec.controlPlane.machine.cpu",
    ("Cluster", "memory"): "spec.controlPlane.machine.memory",
    ("Cluster", "clusters"): "metadata.name",
    ("Cluster", "floatingIPs"): "spec.endpoint.floatingIP",
    ("NodePool", "nodes"): "spec.replicas",
    ("NodePool", "cpu"): "spec.machine.cpu",
    ("NodePool", "memory"): "spec.machine.memory",
    ("FloatingIP", "floatingIPs"): "metadata.name",
    ("StoragePool", "storage"): "spec.capacity",
}


def quota_errors(admission: Admission) -> list[FieldError]:
    """An object that takes more than is left is refused; one that takes no more than before never is."""
    new, meta = admission.new, admission.new["metadata"]
    asked = usage_of(new)
    before = usage_of(admission.old) if admission.old else {}
    growing = {resource for resource, amount in asked.items() if amount > before.get(resource, 0)}
    limits = lock(meta["namespace"]) if growing else {}
    if not limits:
        return []
    others = [
        d
        for plural in COUNTED
        for d in admission.reader.list(plural, meta["namespace"])
        if (d["kind"], d["metadata"]["name"]) != (new["kind"], meta["name"])
    ]
    used = usage(others)
    return [
        FieldError(
            _FIELD[new["kind"], resource],
            f"quota of tenant {meta['namespace']} exceeded: {text}. Ask for less, free some, or have the quota raised",
            "FieldValueForbidden",
        )
        for resource in sorted(growing)
        for text in shortages(limits, used, {resource: asked[resource]})
    ]
