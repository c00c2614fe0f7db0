"""The objects of the OpenStack in memory, and what every service does with them."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

QUOTA = {
    "instances": -1,
    "cores": 20,
    "ram": 51200,
    "server_groups": 10,
    "server_group_members": 10,
    "network": 100,
    "subnet": 100,
    "router": 10,
    "port": 100,
    "floatingip": 100,
    "security_group": 10,
    "security_group_rule": 100,
    "gigabytes": 100,
    "volumes": 10,
    "load_balancer": 10,
}
_SPECIAL = {"tags", "sort_key", "sort_dir", "limit", "marker", "fields", "all_tenants"}


@dataclass(frozen=True)
class Answer:
    """What a service answers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Rows:
    """Objects by kind ("network/ports") and id."""

    def __init__(self) -> None:
        self.by_kind: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.tokens: dict[str, str] = {}  # project by token
        self.quota: dict[str, int] = dict(QUOTA)  # of each project, and of one that is still to be made
        self.restricted: dict[str, bool] = {}  # tokens that may make no application credential
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def number(self) -> int:
        with self._lock:
            return next(self._numbers)

    def add(self, kind: str, **row: Any) -> dict[str, Any]:
        """A new object with an id that tells which of two in the same second was first."""
        number = self.number()
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = {"id": f"{number:032x}", "created_at": at, "tags": [], **row}
        self.by_kind[kind][made["id"]] = made
        return made

    def of(
        self, kind: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> list[dict[str, Any]]:
        return [row for row in list(self.by_kind[kind].values()) if wanted(row)]

    def listed(self, kind: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Those that have what the query says."""
        rows = self.of(kind)
        for key, value in query.items():
            if key not in _SPECIAL:
                rows = [row for row in rows if key not in row or _text(row[key]) == value.lower()]
        tags = {tag for tag in query.get("tags", "").split(",") if tag}
        return [row for row in rows if tags <= set(row["tags"])]

    def remove(self, kind: str, id_: str) -> Answer:
        return Answer(204) if self.by_kind[kind].pop(id_, None) else Answer(404, not_found(id_))


def not_found(id_: str) -> dict[str, Any]:
    return {"itemNotFound": {"code": 404, "message": f"Resource {id_} could not be found."}}


def _text(value: Any) -> str:
    return str(value).lower()
