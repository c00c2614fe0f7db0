"""Failures that a test plans in the fake cloud's file and that any process then runs into."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from provisioning.drivers.errors import (
    Conflict,
    DriverError,
    Invalid,
    Misconfigured,
    QuotaExceeded,
    Unavailable,
)

_KINDS = {kind.__name__: kind for kind in (Unavailable, QuotaExceeded, Conflict, Invalid, Misconfigured)}


class Moment(StrEnum):
    """Whether a failing call has had its effect."""

    BEFORE = "before"
    AFTER = "after"  # the answer is lost


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure that is due now."""

    call: str
    error: str
    moment: Moment

    def exception(self) -> DriverError:
        return _KINDS[self.error](f"the fake cloud was told to fail at {self.call}, {self.moment} its effect")


def plan(
    db: sqlite3.Connection, call: str, *, nth: int, times: int, error: type[DriverError], moment: Moment
) -> None:
    """Write a failure down. It stays until it was run into `times` times."""
    db.execute(
        "INSERT INTO faults (call, skip, times, error, moment) VALUES (?, ?, ?, ?, ?)",
        (call, nth - 1, times, error.__name__, moment.value),
    )


def take(db: sqlite3.Connection, call: str, *, also: str = "*") -> Fault | None:
    """The failure that this call has to have, if any; counted as run into."""
    due: Fault | None = None
    planned = db.execute(
        "SELECT id, skip, times, error, moment FROM faults WHERE call IN (?, ?) ORDER BY id", (call, also)
    ).fetchall()
    for id_, skip, times, error, moment in planned:
        if skip:
            db.execute("UPDATE faults SET skip = skip - 1 WHERE id = ?", (id_,))
        elif due is None:
            due = Fault(call, error, Moment(moment))
            db.execute(
                "DELETE FROM faults WHERE id = ?"
                if times == 1
                else "UPDATE faults SET times = times - 1 WHERE id = ?",
                (id_,),
            )
    return due
