"""How much the fake cloud holds, and how much of it is taken."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.endpoint import EndpointKind
from provisioning.drivers.errors import Conflict, DriverError, Invalid, QuotaExceeded
from provisioning.drivers.fake.addresses import require_free
from provisioning.drivers.fake.settings import FakeSettings
from provisioning.drivers.forecast import Forecast, Limit, MachineForecast, Size, Wanted
from provisioning.drivers.sizes import flavor_problem

_COUNTED: Final = {
    OutsideKind.MACHINE: ("machines", "cpu", "memory"),
    OutsideKind.ADDRESS: ("addresses",),
    OutsideKind.STORAGE: ("storage",),
}
_SUMMED: Final = {"cpu": "cpu", "memory": "memory", "storage": "capacity"}  # by their key in an object's data


def require(
    db: sqlite3.Connection, settings: FakeSettings, kind: OutsideKind, more: Mapping[str, Any]
) -> None:
    """QuotaExceeded when one more of the kind would not fit. Only limits that are set cost a query."""
    for what in _COUNTED[kind]:
        if not (limit := getattr(settings, what)):
            continue
        taken = _used(db, kind, what) + (more[_SUMMED[what]] if what in _SUMMED else 1)
        if (short := taken - limit) > 0:
            raise QuotaExceeded(
                f"{what} short by {short:g}", field="spec.replicas" if kind == "machine" else ""
            )


def limits(db: sqlite3.Connection, settings: FakeSettings) -> list[Limit]:
    """Everything that can be limited, limited or not."""
    return [
        Limit(what, int(_used(db, kind, what)), int(getattr(settings, what)) or -1)
        for kind, counted in _COUNTED.items()
        for what in counted
    ]


def forecast(db: sqlite3.Connection, wanted: Wanted) -> Forecast:
    """Every object is one of its kind."""
    shared: dict[str, float] = {
        "networks": int(wanted.network),
        "addresses": int(wanted.address),
        "groups": int(wanted.group),
        "endpoints": int(wanted.endpoint),
        "storage": wanted.storage,
    }
    problems: tuple[DriverError, ...] = ()
    try:
        if wanted.network and wanted.cidr:
            require_free(db, wanted.cidr)
    except (Conflict, Invalid) as error:
        problems = (error,)
    machines = tuple(_machine(size) for size in wanted.machines)
    return Forecast(machines, shared, EndpointKind.VIRTUAL_IP, problems=problems)


def _machine(size: Size) -> MachineForecast:
    takes = {"machines": 1, "cpu": size.cpu, "memory": size.memory}
    problem = flavor_problem(size.flavor)
    return MachineForecast("", size.cpu, size.memory, size.disk, takes, problem)


def _used(db: sqlite3.Connection, kind: OutsideKind, what: str) -> float:
    total = "total(json_extract(data, '$.' || ?))" if what in _SUMMED else "count(?)"
    query = f"SELECT {total} FROM objects WHERE kind = ?"  # noqa: S608 - one of two constants
    return float(db.execute(query, (_SUMMED.get(what, what), kind.value)).fetchone()[0])
