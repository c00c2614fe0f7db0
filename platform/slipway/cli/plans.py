"""A cluster's plan as people read it."""

from collections.abc import Iterator
from typing import Any

from slipway.cli.output import columns

Document = dict[str, Any]
_UNITS = ("Pi", "Ti", "Gi", "Mi", "Ki")
_ACTIONS = {"create": "is made", "keep": "is there", "missing": "is missing"}


def text(plan: Document) -> str:
    """All of it, the verdict last."""
    parts = (_head(plan), _machines(plan), _objects(plan), _addresses(plan), _quota(plan), _end(plan))
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def _head(plan: Document) -> Iterator[str]:
    name, provider, image = plan["metadata"]["name"], plan["provider"], plan["image"]
    yield f"cluster {name}: Kubernetes {plan['release']} on provider {provider['name']} ({provider['driver']})"
    if image["name"]:
        yield f"image {image['name']}: " + ("is there" if image["there"] else "is made and uploaded first")


def _machines(plan: Document) -> Iterator[str]:
    rows = [
        [
            machine["pool"] or machine["role"],
            str(machine["replicas"]),
            f"+{len(machine['create'])}",
            f"-{len(machine['remove'])}",
            machine["flavor"] or "-",
            *(machine[what] or "default" for what in ("cpu", "memory", "disk")),
        ]
        for machine in plan["machines"]
    ]
    yield columns(["MACHINES", "DECLARED", "MADE", "REMOVED", "FLAVOR", "CPU", "MEMORY", "DISK"], rows)


def _objects(plan: Document) -> Iterator[str]:
    rows = [
        [one["kind"], one["name"], _ACTIONS[one["action"]] + (", borrowed" if one["borrowed"] else "")]
        for one in plan["objects"]
    ]
    yield columns(["OBJECT", "NAME", "STATE"], rows)


def _addresses(plan: Document) -> Iterator[str]:
    rows = []
    for name, one in plan["addresses"].items():
        hits, may = one["collidesWith"], one.get("mayCollideWith", [])
        state = f"overlaps {', '.join(hits)}" if hits else f"may overlap {', '.join(may)}" if may else "free"
        cidr = one["cidr"] or (f"chosen from {one['from']}" if one.get("from") else "chosen by the provider")
        rows.append([name, cidr, state])
    yield columns(["ADDRESSES", "CIDR", "STATE"], rows)


def _quota(plan: Document) -> Iterator[str]:
    """What is needed, and what has a limit."""
    rows = [
        [where, row["resource"], *(_amount(row, what) for what in ("used", "limit", "needed", "left"))]
        for where in ("tenant", "cloud")
        for row in plan["quota"][where]
        if row["needed"] or (where == "tenant" and row["limit"] is not None)
    ]
    if rows:
        yield columns(["QUOTA", "RESOURCE", "USED", "LIMIT", "NEEDED", "LEFT"], rows)


def _end(plan: Document) -> Iterator[str]:
    yield f"time: {plan['time']['message']}"
    if plan["fits"]:
        yield "It fits."
        return
    yield "It does not fit:"
    for one in plan["shortfalls"]:
        yield f"  {one['message']}. {one['advice']}"


def _amount(row: Document, what: str) -> str:
    value = row[what]
    if value is None:
        return "no limit" if what == "limit" else "-"
    return _bytes(int(value)) if row["unit"] == "bytes" else f"{value:g}"


def _bytes(number: int) -> str:
    """In the largest unit in which it is a whole number."""
    for power, unit in zip(range(5, 0, -1), _UNITS, strict=True):
        if number and number % 1024**power == 0:
            return f"{number // 1024**power}{unit}"
    return str(number)
