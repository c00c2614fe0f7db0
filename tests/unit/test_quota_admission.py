"""What one object takes of its tenant's quota, as a table."""

from decimal import Decimal
from typing import Any

import pytest

from provisioning.kinds.quota import usage, usage_of

GI = Decimal(2**30)
SMALL = {"cpu": "500m", "memory": "2Gi"}


def document(kind: str, spec: dict[str, Any], owners: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "x", "ownerReferences": owners or []}, "spec": spec}


def cluster(replicas: int, machine: dict[str, str], **spec: Any) -> dict[str, Any]:
    return document("Cluster", {"controlPlane": {"replicas": replicas, "machine": machine}, **spec})


TABLE = [
    ("a cluster with an address of its own", cluster(3, SMALL),
     {"clusters": 1, "floatingIPs": 1, "nodes": 3, "cpu": "1.5", "memory": 6 * GI}),
    ("a cluster with a borrowed address", cluster(1, SMALL, endpoint={"floatingIP": "front"}),
     {"clusters": 1, "floatingIPs": 0, "nodes": 1, "cpu": "0.5", "memory": 2 * GI}),
    ("sizes left to the provider", cluster(1, {}),
     {"clusters": 1, "floatingIPs": 1, "nodes": 1, "cpu": 0, "memory": 0}),
    ("a pool", document("NodePool", {"replicas": 4, "machine": SMALL}), {"nodes": 4, "cpu": 2, "memory": 8 * GI}),
    ("an empty pool", document("NodePool", {"replicas": 0, "machine": SMALL}), {"nodes": 0, "cpu": 0, "memory": 0}),
    ("an address", document("FloatingIP", {}), {"floatingIPs": 1}),
    ("an address that a cluster made: counted there", document("FloatingIP", {}, [{"kind": "Cluster"}]), {}),
    ("a storage pool", document("StoragePool", {"capacity": "100Gi"}), {"storage": 100 * GI}),
    ("a storage pool without a limit", document("StoragePool", {"capacity": ""}), {"storage": 0}),
    ("a network", document("Network", {}), {}),
]  # fmt: skip


@pytest.mark.parametrize(("found", "takes"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_usage_of(found: dict[str, Any], takes: dict[str, Any]) -> None:
    assert usage_of(found) == {resource: Decimal(amount) for resource, amount in takes.items()}


def test_usage_is_the_sum() -> None:
    documents = [row[1] for row in TABLE]
    assert usage(documents)["nodes"] == 9
    assert usage(documents)["floatingIPs"] == 3
    assert usage([]) == {}
