"""The book of a room in a file: for driver tests, which know no Django and kill processes."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from provisioning.drivers.baremetal.book import ASIDE, Choice, Entry, PoolHost, host_of
from provisioning.drivers.baremetal.driver import BareMetalDriver
from provisioning.drivers.baremetal.settings import BareMetalSettings
from provisioning.drivers.contract import OutsideKind, Tags, carries
from provisioning.drivers.image import ImageRequest
from provisioning.identity.ssh_access import SshAccess
from slipway.kernel.conditions import timestamp

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    kind TEXT, name TEXT, place TEXT UNIQUE, tags TEXT, data TEXT, made_at TEXT, PRIMARY KEY (kind, name));
CREATE TABLE IF NOT EXISTS hosts (name TEXT PRIMARY KEY, host TEXT, access TEXT);
"""


def open_driver(_: str, settings: dict[str, Any], secrets: dict[str, str]) -> BareMetalDriver:
    """As the registry's: `secrets` says where the book is, and what hosts are prepared with."""
    driver = BareMetalDriver(BareMetalSettings.model_validate(settings), FileBook(Path(secrets["book"])))
    driver.ensure_image(ImageRequest(secrets["release"], Path(secrets["files"]), "tiny"))
    return driver


class FileBook:
    """Every call is one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as db:
            db.executescript(_SCHEMA)

    def put_host(self, host: PoolHost, access: Mapping[str, Any]) -> None:
        """What Host objects are elsewhere."""
        row = (
            host.name,
            json.dumps({name: getattr(host, name) for name in host.__slots__}),
            json.dumps(access),
        )
        with self._alone() as db:
            db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", row)

    def hosts(self) -> Sequence[PoolHost]:
        with self._open() as db:
            return [
                PoolHost(**json.loads(row[0])) for row in db.execute("SELECT host FROM hosts ORDER BY name")
            ]

    def access(self, hosts: Sequence[str]) -> Mapping[str, SshAccess]:
        with self._open() as db:
            rows = db.execute("SELECT name, access FROM hosts").fetchall()
        return {name: _access(json.loads(access)) for name, access in rows if name in hosts}

    def pin(self, host: str, host_key: str, bastion_key: str) -> None:
        with self._alone() as db:
            access = json.loads(db.execute("SELECT access FROM hosts WHERE name = ?", (host,)).fetchone()[0])
            for place, key in ((access, host_key), (access.get("bastion") or {}, bastion_key)):
                place.setdefault("host_key", key)
            db.execute("UPDATE hosts SET access = ? WHERE name = ?", (json.dumps(access), host))

    def entries(self, tags: Tags, kind: str = "") -> Sequence[Entry]:
        with self._open() as db:
            return [e for e in _all(db) if carries(e.tags, tags) and kind in ("", e.kind)]

    def find(self, kind: str, name: str) -> Entry | None:
        return next((e for e in self.entries({}, kind) if e.name == name), None)

    def take(
        self, kind: OutsideKind, name: str, tags: Tags, choose: Callable[[Sequence[Entry]], Choice]
    ) -> Entry:
        with self._alone() as db:
            there = _all(db)
            if found := next((e for e in there if (e.kind, e.name) == (kind, name)), None):
                return found
            choice = choose(there)
            entry = Entry(kind.value, name, choice.place, dict(tags), dict(choice.data), timestamp())
            words = json.dumps(entry.tags), json.dumps(entry.data)
            row = (entry.kind, name, entry.place, *words, entry.made_at)
            db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
            return entry

    def note(self, entry: Entry, **data: Any) -> None:
        with self._alone() as db:
            now = next((e.data for e in _all(db) if e.place == entry.place), {})
            db.execute(
                "UPDATE entries SET data = ? WHERE place = ?", (json.dumps({**now, **data}), entry.place)
            )

    def set_aside(self, entry: Entry, reason: str, message: str) -> None:
        data = json.dumps({**entry.data, "reason": reason, "message": message, "machine": entry.name})
        with self._alone() as db:
            db.execute(
                "UPDATE entries SET kind = ?, name = ?, data = ? WHERE place = ?",
                (ASIDE, host_of(entry), data, entry.place),
            )

    def drop(self, entry: Entry) -> None:
        with self._alone() as db:
            db.execute("DELETE FROM entries WHERE place = ? AND name = ?", (entry.place, entry.name))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=60, isolation_level=None)) as db:
            yield db

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")


def _access(kept: Mapping[str, Any]) -> SshAccess:
    bastion = kept.get("bastion")
    return SshAccess(**{**kept, "bastion": SshAccess(**bastion) if bastion else None})


def _all(db: sqlite3.Connection) -> list[Entry]:
    rows = db.execute("SELECT kind, name, place, tags, data, made_at FROM entries ORDER BY kind, name")
    return [Entry(k, n, p, json.loads(t), json.loads(d), made) for k, n, p, t, d, made in rows]
