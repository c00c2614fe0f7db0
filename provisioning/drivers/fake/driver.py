"""The fake driver: the driver contract over a file instead of a cloud, for tests and simulation at scale."""

import json
import secrets
import sqlite3
import uuid
from collections.abc import Container, Mapping
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Any, ClassVar

from pydantic import BaseModel

from provisioning.drivers.contract import (
    NO_TAGS,
    AddressRequest,
    AddressView,
    GroupRequest,
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
from provisioning.drivers.credential import Credential, CredentialOffer, CredentialRequest
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest, EndpointView
from provisioning.drivers.errors import Conflict, Unavailable
from provisioning.drivers.fake import addresses, faults, room
from provisioning.drivers.fake.cloud import HOST, FakeCloud, find_all
from provisioning.drivers.fake.settings import FakeSettings
from provisioning.drivers.forecast import Forecast, Limit, Wanted
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.drivers.sizes import require_no_flavor
from slipway.kernel.conditions import timestamp

_NO_DRIFT = (OutsideKind.MACHINE, OutsideKind.CREDENTIAL, OutsideKind.VOLUME)  # seen to elsewhere
_POOL_ROOT = "/var/lib/slipway/storage"


class FakeDriver:
    """Every call is one transaction on the file, after the delay and the failure that were asked for."""

    name: ClassVar[str] = "fake"
    settings_model: ClassVar[type[BaseModel]] = FakeSettings
    makes: ClassVar[frozenset[OutsideKind]] = frozenset(OutsideKind) - {OutsideKind.PROJECT}
    simulated: ClassVar[bool] = True

    def __init__(self, settings: FakeSettings) -> None:
        self.settings = settings
        self.cloud = FakeCloud(settings.path, settings.latency)

    @property
    def image_source(self) -> ImageSource:
        return ImageSource.OPERATOR

    def systems(self) -> frozenset[str]:
        return frozenset()

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

    def find_network(self, name: str, tags: Tags = NO_TAGS) -> NetworkView | None:
        with self.cloud.call("find_network") as db:
            found = _load(db, OutsideKind.NETWORK, name)
            return _network_view(name, found) if found else None

    def delete_network(self, name: str, tags: Tags = NO_TAGS) -> None:
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
                room.require(db, self.settings, OutsideKind.ADDRESS, {})
                found = {"address": addresses.stable_address(db, request.network)}
                _insert(db, OutsideKind.ADDRESS, request.name, request.tags, found, network=request.network)
            return AddressView(request.name, found["address"], found["id"])

    def delete_address(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_address") as db:
            _delete(db, OutsideKind.ADDRESS, name)

    def ensure_storage(self, request: StorageRequest) -> StorageView:
        with self.cloud.call("ensure_storage") as db:
            found = _load(db, OutsideKind.STORAGE, request.name)
            if found is None:
                found = {"capacity": request.capacity}
                room.require(db, self.settings, OutsideKind.STORAGE, found)
                _insert(db, OutsideKind.STORAGE, request.name, request.tags, found)
            return StorageView(request.name, found["id"], f"{_POOL_ROOT}/{request.name}")

    def delete_storage(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_storage") as db:
            _delete(db, OutsideKind.STORAGE, name)

    def ensure_group(self, request: GroupRequest) -> None:
        with self.cloud.call("ensure_group") as db:
            if _load(db, OutsideKind.GROUP, request.name) is None:
                _insert(db, OutsideKind.GROUP, request.name, request.tags, {})

    def delete_group(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_group") as db:
            _delete(db, OutsideKind.GROUP, name)

    def ensure_endpoint(self, request: EndpointRequest) -> EndpointView:
        with self.cloud.call("ensure_endpoint") as db:
            address = _load(db, OutsideKind.ADDRESS, request.address)
            if address is None:
                raise Unavailable(f"there is no address {request.address}")
            if _load(db, OutsideKind.ENDPOINT, request.name) is None:
                _insert(db, OutsideKind.ENDPOINT, request.name, request.tags, {})
            return EndpointView(request.name, EndpointKind.VIRTUAL_IP, address["address"], address["address"])

    def delete_endpoint(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_endpoint") as db:
            _delete(db, OutsideKind.ENDPOINT, name)

    def delete_volume(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_volume") as db:
            _delete(db, OutsideKind.VOLUME, name)

    def delete_project(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Tenants share the file."""

    @property
    def credential_offer(self) -> CredentialOffer | None:
        return CredentialOffer(self.settings.cloud, timedelta(days=30)) if self.settings.cloud else None

    def make_credential(self, request: CredentialRequest) -> Credential:
        with self.cloud.call("make_credential") as db:
            _delete(db, OutsideKind.CREDENTIAL, request.name)
            made: dict[str, Any] = {}
            _insert(db, OutsideKind.CREDENTIAL, request.name, request.tags, made)
            return Credential(request.name, {"id": made["id"], "secret": secrets.token_urlsafe(32)})

    def has_credential(self, name: str, tags: Tags) -> bool:
        with self.cloud.call("has_credential") as db:
            return _load(db, OutsideKind.CREDENTIAL, name) is not None

    def delete_credential(self, name: str, tags: Tags) -> None:
        with self.cloud.call("delete_credential") as db:
            _delete(db, OutsideKind.CREDENTIAL, name)

    def limits(self, tags: Tags) -> list[Limit]:
        """Of the whole cloud: its quota is not by tenant."""
        with self.cloud.call("limits") as db:
            return room.limits(db, self.settings)

    def forecast(self, wanted: Wanted, tags: Tags) -> Forecast:
        with self.cloud.call("forecast") as db:
            return room.forecast(db, wanted)

    def ensure_image(self, request: ImageRequest) -> None:
        """Machines are not real."""

    def delete_image(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_image") as db:
            _delete(db, OutsideKind.IMAGE, name)

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        with self.cloud.call("ensure_machine") as db:
            require_no_flavor(request.flavor)
            found = _load(db, OutsideKind.MACHINE, request.name)
            if found is None:
                state = MachineState.FAILED if faults.take(db, HOST, also=HOST) else MachineState.RUNNING
                found = {"cpu": request.cpu, "memory": request.memory, "state": state.value}
                room.require(db, self.settings, OutsideKind.MACHINE, found)
                found["address"] = addresses.machine_address(db, request.network)
                _insert(db, OutsideKind.MACHINE, request.name, request.tags, found, network=request.network)
            elif found["state"] == MachineState.STOPPED:
                found["state"] = MachineState.RUNNING.value
                _update(db, OutsideKind.MACHINE, request.name, found)
            return _machine_view(request.name, found, request.tags)

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        with self.cloud.call("list_machines") as db:
            return machines(db, tags)

    def fingerprints(self, tags: Tags, *, max_age: float = 0) -> Mapping[str, str]:
        with self.cloud.call("fingerprints") as db:
            found = find_all(db, dict(tags))
            return {f"{one.kind} {one.name}": "" for one in found if one.kind not in _NO_DRIFT}

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self.cloud.call("delete_machine") as db:
            _delete(db, OutsideKind.MACHINE, name)

    def evidence(self, name: str, tags: Tags = NO_TAGS) -> str:
        with self.cloud.call("evidence") as db:
            return f"console of {name}" if _load(db, OutsideKind.MACHINE, name) else ""

    def sweep(self, tags: Tags, clusters: Container[str] = ()) -> list[OutsideObject]:
        with self.cloud.call("sweep") as db:
            return find_all(db, dict(tags), clusters)


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
    data.update(id=str(uuid.uuid4()), made_at=timestamp())
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
