"""The fake driver: the driver contract over a file instead of a cloud, for tests and simulation at scale."""

import json
import sqlite3
import uuid
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from provisioning.drivers.contract import (
    AddressRequest,
    AddressView,
    MachineRequest,
    MachineState,
    MachineView,
    NetworkRequest,
    NetworkView,
    OutsideKind,
    OutsideObject,
    ProviderFacts,
    StorageRequest,
    StorageView,
    Tags,
    carries,
)
from provisioning.drivers.errors import Conflict, QuotaExceeded
from provisioning.drivers.fake import addresses
from provisioning.drivers.fake.cloud import FakeCloud, find_all
from provisioning.drivers.settings import DriverSettings

_POOL_ROOT = "/var/lib/slipway/storage"


class FakeSettings(DriverSettings):
    """Where the fake cloud lives and how much room it has; 0 is no limit."""

    path: str = Field(description="SQLite file of the cloud; on a tmpfs it lives in memory.", min_length=1)
    latency: float = Field(default=0, ge=0, description="Seconds that every call takes.")
    machines: int = Field(default=0, ge=0, description="Most machines there can be.")
    cpu: float = Field(default=0, ge=0, description="Cores that all machines together can have.")
    memory: int = Field(default=0, ge=0, description="Bytes that all machines together can have.")
    addresses: int = Field(default=0, ge=0, description="Most addresses there can be.")
    storage: int = Field(default=0, ge=0, description="Bytes that all storage pools together can have.")


class FakeDriver:
    """Every call is one transaction on the file, after the delay and the failure that were asked for."""

    name: ClassVar[str] = "fake"
    settings_model: ClassVar[type[BaseModel]] = FakeSettings
    simulated: ClassVar[bool] = True

    def __init__(self, settings: FakeSettings) -> None:
        self.settings = settings
        self.cloud = FakeCloud(settings.path, settings.latency)

    def check(self) -> ProviderFacts:
        with self.cloud.call("check"):
            return ProviderFacts({"path": self.settings.path}, pool_node_root=_POOL_ROOT)

    def ensure_network(self, request: NetworkRequest) -> NetworkView:
        with self.cloud.call("ensure_network") as db:
            found = _load(db, OutsideKind.NETWORK, request.name)
            if found is None:
                cidr = addresses.choose_network(db, request.name, request.cidr)
                found = {"cidr": str(cidr), "gateway": str(cidr[1])}
                _insert(db, OutsideKind.NETWORK, request.name, request.tags, found, cidr=cidr)
            elif request.cidr and request.cidr != found["cidr"]:
                raise Conflict(f"network {request.name} exists with {found['cidr']}", field="spec.cidr")
            return _network_view(request.name, found)

    def find_network(self, name: str) -> NetworkView | None:
        with self.cloud.call("find_network") as db:
            found = _load(db, OutsideKind.NETWORK, name)
            return _network_view(name, found) if found else None

    def delete_network(self, name: str) -> None:
        with self.cloud.call("delete_network") as db:
            user = db.execute(
                "SELECT name FROM objects WHERE network = ? AND kind = 'machine' LIMIT 1", (name,)
            ).fetchone()
            if user:
                raise Conflict(f"network {name} is in use by machine {user[0]}")
            _delete(db, OutsideKind.NETWORK, name)

    def ensure_address(self, request: AddressRequest) -> AddressView:
        with self.cloud.call("ensure_address") as db:
            found = _load(db, OutsideKind.ADDRESS, request.name)
            if found is None:
                self._require_room(db, OutsideKind.ADDRESS, {})
                found = {"address": addresses.stable_address(db, request.network)}
                _insert(db, OutsideKind.ADDRESS, request.name, request.tags, found, network=request.network)
            return AddressView(request.name, found["address"], found["id"])

    def delete_address(self, name: str) -> None:
        with self.cloud.call("delete_address") as db:
            _delete(db, OutsideKind.ADDRESS, name)

    def ensure_storage(self, request: StorageRequest) -> StorageView:
        with self.cloud.call("ensure_storage") as db:
            found = _load(db, OutsideKind.STORAGE, request.name)
            if found is None:
                found = {"capacity": request.capacity}
                self._require_room(db, OutsideKind.STORAGE, found)
                _insert(db, OutsideKind.STORAGE, request.name, request.tags, found)
            return StorageView(request.name, found["id"], f"{_POOL_ROOT}/{request.name}")

    def delete_storage(self, name: str) -> None:
        with self.cloud.call("delete_storage") as db:
            _delete(db, OutsideKind.STORAGE, name)

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        with self.cloud.call("ensure_machine") as db:
            found = _load(db, OutsideKind.MACHINE, request.name)
            if found is None:
                found = {"cpu": request.cpu, "memory": request.memory, "state": MachineState.RUNNING.value}
                self._require_room(db, OutsideKind.MACHINE, found)
                found["address"] = addresses.machine_address(db, request.network)
                _insert(db, OutsideKind.MACHINE, request.name, request.tags, found, network=request.network)
            elif found["state"] == MachineState.STOPPED:
                found["state"] = MachineState.RUNNING.value
                _update(db, OutsideKind.MACHINE, request.name, found)
            return _machine_view(request.name, found, request.tags)

    def list_machines(self, tags: Tags) -> list[MachineView]:
        with self.cloud.call("list_machines") as db:
            return machines(db, tags)

    def delete_machine(self, name: str) -> None:
        with self.cloud.call("delete_machine") as db:
            _delete(db, OutsideKind.MACHINE, name)

    def sweep(self, tags: Tags) -> list[OutsideObject]:
        with self.cloud.call("sweep") as db:
            return find_all(db, dict(tags))

    def _require_room(self, db: sqlite3.Connection, kind: OutsideKind, more: Mapping[str, Any]) -> None:
        """QuotaExceeded when one more of the kind would not fit. Only limits that are set cost a query."""
        room = self.settings
        limits: dict[OutsideKind, dict[str, float]] = {
            OutsideKind.MACHINE: {"machines": room.machines, "cpu": room.cpu, "memory": room.memory},
            OutsideKind.ADDRESS: {"addresses": room.addresses},
            OutsideKind.STORAGE: {"capacity": room.storage},
        }
        for what, limit in limits[kind].items():
            if not limit:
                continue
            total = "total(json_extract(data, '$.' || ?))" if what in more else "count(?)"
            query = f"SELECT {total} FROM objects WHERE kind = ?"  # noqa: S608 - one of two constants
            used = db.execute(query, (what, kind.value)).fetchone()[0]
            if (short := used + more.get(what, 1) - limit) > 0:
                raise QuotaExceeded(
                    f"{what} short by {short:g}", field="spec.replicas" if kind == "machine" else ""
                )


def machines(db: sqlite3.Connection, tags: Tags) -> list[MachineView]:
    """The machines with these tags; by cluster there is an index."""
    query, values = "SELECT name, id, tags, data FROM objects WHERE kind = 'machine'", []
    if "slipway/cluster" in tags:
        query += """ AND json_extract(tags, '$."slipway/cluster"') = ?"""
        values = [tags["slipway/cluster"]]
    found = []
    for name, id_, labels, data in db.execute(query + " ORDER BY name", values):
        if carries(own := json.loads(labels), tags):
            found.append(_machine_view(name, {**json.loads(data), "id": id_}, own))
    return found


def _load(db: sqlite3.Connection, kind: OutsideKind, name: str) -> dict[str, Any] | None:
    row = db.execute(
        "SELECT data, id FROM objects WHERE kind = ? AND name = ?", (kind.value, name)
    ).fetchone()
    return {**json.loads(row[0]), "id": row[1]} if row else None


def _insert(
    db: sqlite3.Connection,
    kind: OutsideKind,
    name: str,
    tags: Tags,
    data: dict[str, Any],
    *,
    network: str = "",
    cidr: IPv4Network | None = None,
) -> None:
    data["id"] = str(uuid.uuid4())
    ends = (int(cidr.network_address), int(cidr.broadcast_address)) if cidr else (None, None)
    row = (kind.value, name, data["id"], network, *ends, json.dumps(dict(tags)), json.dumps(data))
    db.execute("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _update(db: sqlite3.Connection, kind: OutsideKind, name: str, data: dict[str, Any]) -> None:
    db.execute(
        "UPDATE objects SET data = ? WHERE kind = ? AND name = ?", (json.dumps(data), kind.value, name)
    )


def _delete(db: sqlite3.Connection, kind: OutsideKind, name: str) -> None:
    db.execute("DELETE FROM objects WHERE kind = ? AND name = ?", (kind.value, name))


def _network_view(name: str, data: Mapping[str, Any]) -> NetworkView:
    return NetworkView(name, data["cidr"], data["gateway"], data["id"])


def _machine_view(name: str, data: Mapping[str, Any], tags: Tags) -> MachineView:
    state = MachineState(data["state"])
    said = "" if state is MachineState.RUNNING else f"the fake cloud says {state}"
    return MachineView(name, data["id"], state, data["address"], said, dict(tags))
