"""A cloud in one SQLite file: shared by any number of processes, whole after any of them is killed."""

import json
import sqlite3
import time
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from provisioning.drivers.contract import MachineState, OutsideKind, OutsideObject, carries, from_inside
from provisioning.drivers.errors import DriverError, Misconfigured, Unavailable
from provisioning.drivers.fake import faults
from provisioning.drivers.fake.faults import Moment

HOST = "host"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    kind TEXT, name TEXT, id TEXT, network TEXT NOT NULL DEFAULT '', first INTEGER, last INTEGER,
    tags TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, name));
CREATE INDEX IF NOT EXISTS objects_by_network ON objects (network);
CREATE INDEX IF NOT EXISTS objects_by_range ON objects (first);
CREATE INDEX IF NOT EXISTS objects_by_cluster ON objects (json_extract(tags, '$."slipway/cluster"'));
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, call TEXT, skip INTEGER, times INTEGER, error TEXT,
    moment TEXT);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, call TEXT);
CREATE TABLE IF NOT EXISTS worlds (cluster TEXT PRIMARY KEY, document TEXT NOT NULL);
PRAGMA user_version = 1;
"""


class FakeCloud:
    """The file, and the console with which a test looks behind the driver and tells it to fail."""

    def __init__(self, path: str, latency: float = 0) -> None:
        self.path = Path(path)
        self.latency = latency

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One atomic change, alone among all processes. Not forced to disk: only a power cut would show."""
        try:
            with closing(self._connect()) as db:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
        except (sqlite3.OperationalError, OSError) as error:
            raise Misconfigured(
                f"the fake cloud's file {self.path} cannot be used",
                foreign=str(error),
                field="spec.settings.path",
            ) from error

    @contextmanager
    def call(self, name: str) -> Iterator[sqlite3.Connection]:
        """One call of the provider: as slow as set, and failing before or after its effect when told to."""
        time.sleep(self.latency)
        with self.transaction() as db:
            db.execute("INSERT INTO calls (call) VALUES (?)", (name,))
            fault = faults.take(db, name)
        if fault and fault.moment is Moment.BEFORE:
            raise fault.exception()
        with self.transaction() as db:
            yield db
        if fault:
            raise fault.exception()

    def fail(
        self,
        call: str,
        *,
        nth: int = 1,
        times: int = 1,
        error: type[DriverError] = Unavailable,
        moment: Moment = Moment.BEFORE,
    ) -> None:
        """Let the nth next `call` ("*" for any) and the `times - 1` after it fail, in any process.

        `Moment.AFTER`: the call has its effect, but its answer is lost. `HOST` for a call: the machine that is made
        then ends in the state Failed.
        """
        with self.transaction() as db:
            faults.plan(db, call, nth=nth, times=times, error=error, moment=moment)

    def calls(self) -> list[str]:
        """The name of every call there ever was, in order."""
        with self.transaction() as db:
            return [row[0] for row in db.execute("SELECT call FROM calls ORDER BY id")]

    def objects(self, tags: dict[str, str] | None = None) -> list[OutsideObject]:
        """Everything that exists, without calling the driver."""
        with self.transaction() as db:
            return find_all(db, tags or {})

    def set_machine_state(self, name: str, state: MachineState) -> None:
        """What a person at the provider's console could do: stop the machine, break it, start it."""
        with self.transaction() as db:
            db.execute(
                "UPDATE objects SET data = json_set(data, '$.state', ?) WHERE kind = 'machine' AND name = ?",
                (state.value, name),
            )

    def put(self, kind: OutsideKind, name: str, tags: dict[str, str]) -> None:
        """Make an object behind Slipway's back, as a cluster's own add-ons do."""
        row = (kind.value, name, name, json.dumps(tags), "{}")
        with self.transaction() as db:
            db.execute("INSERT INTO objects (kind, name, id, tags, data) VALUES (?, ?, ?, ?, ?)", row)

    def remove(self, kind: OutsideKind, name: str) -> None:
        """Remove an object behind Slipway's back."""
        with self.transaction() as db:
            db.execute("DELETE FROM objects WHERE kind = ? AND name = ?", (kind.value, name))

    def world(self, db: sqlite3.Connection, cluster: str) -> dict[str, Any]:
        """What is simulated inside the machines of a cluster; empty if nothing is."""
        row = db.execute("SELECT document FROM worlds WHERE cluster = ?", (cluster,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def save_world(self, db: sqlite3.Connection, cluster: str, document: dict[str, Any]) -> None:
        """Keep what is simulated inside the machines of a cluster."""
        db.execute("INSERT OR REPLACE INTO worlds VALUES (?, ?)", (cluster, json.dumps(document)))

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        db.execute("PRAGMA synchronous = OFF")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        return db


def find_all(
    db: sqlite3.Connection, tags: dict[str, str], clusters: Container[str] = ()
) -> list[OutsideObject]:
    """What a sweep finds. By cluster there is an index: no deletion reads 100,000 machines."""
    query, values = "SELECT kind, name, tags, json_extract(data, '$.made_at') FROM objects", []
    if "slipway/cluster" in tags:
        query += """ WHERE json_extract(tags, '$."slipway/cluster"') = ?"""
        values = [tags["slipway/cluster"]]
    rows = db.execute(query, values)
    found = [OutsideObject(OutsideKind(kind), name, json.loads(t), at or "") for kind, name, t, at in rows]
    return [one for one in found if carries(one.tags, tags) or from_inside(one.tags, tags, clusters)]
