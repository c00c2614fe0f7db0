"""The plan: what is missing and what is surplus, as a table of declarations and machines."""

from typing import Any

import pytest

from provisioning.reconcile.plan import plan

Document = dict[str, Any]
SHAPE = {"cpu": "2"}


def cluster(replicas: int) -> Document:
    return {"metadata": {"name": "web"}, "spec": {"controlPlane": {"replicas": replicas, "machine": SHAPE}}}


def pool(name: str, replicas: int, *, leaving: bool = False) -> Document:
    meta = {"name": name, "deletionTimestamp": "2026-01-01T00:00:00Z"} if leaving else {"name": name}
    return {"metadata": meta, "spec": {"replicas": replicas, "machine": SHAPE}}


def machine(text: str) -> Document:
    """`web-cp-1`, or `a-1` of pool a; `!` leaves, `?` has not joined yet."""
    name = text.rstrip("!?")
    meta: Document = {"name": name}
    if "!" in text:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    owner = name.rsplit("-", 1)[0]
    role = "control_plane" if owner == "web-cp" else "worker"
    spec = {"role": role, "pool": "" if role == "control_plane" else owner}
    return {"metadata": meta, "spec": spec, "status": {"joined": "?" not in text}}


TABLE = [
    ("new, one control plane", 1, {}, "", "web-cp-1", ""),
    ("new, three and a pool", 3, {"a": 2}, "", "web-cp-1 web-cp-2 web-cp-3 a-1 a-2", ""),
    ("as declared", 3, {"a": 1}, "web-cp-1 web-cp-2 web-cp-3 a-1", "", ""),
    ("a worker more", 1, {"a": 3}, "web-cp-1 a-1 a-2", "a-3", ""),
    ("the gap is filled first", 1, {"a": 3}, "web-cp-1 a-1 a-3", "a-2", ""),
    ("the youngest goes first", 1, {"a": 1}, "web-cp-1 a-1 a-2 a-3", "", "a-2 a-3"),
    ("ten comes after nine", 1, {"a": 9}, "web-cp-1 " + " ".join(f"a-{n}" for n in range(1, 11)), "", "a-10"),
    ("one that never joined goes before older ones", 1, {"a": 1}, "web-cp-1 a-1? a-2", "", "a-1"),
    ("no workers wanted", 1, {"a": 0}, "web-cp-1 a-1 a-2", "", "a-1 a-2"),
    ("a deleted machine is replaced under another name", 1, {"a": 1}, "web-cp-1 a-1!", "a-2", "a-1"),
    ("a deleted machine counts against a smaller pool", 1, {"a": 1}, "web-cp-1 a-1! a-2", "", "a-1"),
    ("two pools do not mix", 1, {"a": 1, "b": 2}, "web-cp-1 a-1 a-2 b-1", "b-2", "a-2"),
    ("a pool that is gone", 1, {}, "web-cp-1 a-1", "", "a-1"),
    ("a deleted pool", 1, {"a!": 3}, "web-cp-1 a-1 a-2 a-3", "", "a-1 a-2 a-3"),
    ("control planes three to five", 5, {}, "web-cp-1 web-cp-2 web-cp-3", "web-cp-4 web-cp-5", ""),
    ("control planes three to one", 1, {}, "web-cp-1 web-cp-2 web-cp-3", "", "web-cp-2 web-cp-3"),
    ("the first may be missing", 3, {}, "web-cp-2 web-cp-3", "web-cp-1", ""),
    ("a deleted control plane goes before its namesake comes", 3, {}, "web-cp-1! web-cp-2 web-cp-3", "", "web-cp-1"),
    ("the one that leaves goes first", 1, {}, "web-cp-1 web-cp-2 web-cp-3!", "", "web-cp-3 web-cp-2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("replicas", "pools", "present", "missing", "surplus"),
    [row[1:] for row in TABLE],
    ids=[r[0] for r in TABLE],
)
def test_plan(replicas: int, pools: dict[str, int], present: str, missing: str, surplus: str) -> None:
    declared = [pool(name.rstrip("!"), count, leaving=name.endswith("!")) for name, count in pools.items()]
    found = plan(cluster(replicas), declared, [machine(m) for m in present.split()])
    assert [m.name for m in found.missing] == missing.split()
    assert [m["metadata"]["name"] for m in found.surplus] == surplus.split()
    assert found.surplus_names == set(surplus.split())


def test_the_order_of_the_machines_does_not_matter() -> None:
    names = ["web-cp-3", "a-2", "web-cp-1", "a-10", "web-cp-2", "a-1"]
    forwards, backwards = (
        plan(cluster(1), [pool("a", 1)], [machine(n) for n in order]) for order in (names, names[::-1])
    )
    assert forwards.surplus_names == backwards.surplus_names == {"web-cp-2", "web-cp-3", "a-2", "a-10"}


def test_what_is_missing_knows_its_shape_and_pool() -> None:
    control_plane, worker = plan(cluster(1), [pool("a", 1)], []).missing
    assert (control_plane.role, control_plane.pool, control_plane.shape) == ("control_plane", "", SHAPE)
    assert (worker.role, worker.pool, worker.shape) == ("worker", "a", SHAPE)
