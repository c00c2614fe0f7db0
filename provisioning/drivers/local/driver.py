"""The local driver: machines are system containers of this host's Docker engine."""

import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from provisioning.drivers.contract import (
    NO_TAGS,
    AddressRequest,
    AddressView,
    GroupRequest,
    MachineRequest,
    MachineView,
    NetworkRequest,
    NetworkView,
    OutsideKind,
    OutsideObject,
    ProviderFacts,
    StorageRequest,
    StorageView,
    Tags,
)
from provisioning.drivers.credential import NoCredentials
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest, EndpointView
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.forecast import Forecast, Limit, Wanted
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.drivers.local import (
    addresses,
    facts,
    failures,
    forecast,
    host,
    labels,
    machines,
    networks,
    removal,
    storage,
)
from provisioning.drivers.local.engine import engine_at
from provisioning.drivers.local.settings import LocalSettings
from slipway.kernel import quantity
from slipway.kernel.conditions import timestamp


class LocalDriver(NoCredentials):
    """Each call is translated at this edge; the modules beside it each do one kind of object."""

    name: ClassVar[str] = "local"
    settings_model: ClassVar[type[BaseModel]] = LocalSettings
    makes: ClassVar[frozenset[OutsideKind]] = frozenset(
        {OutsideKind.MACHINE, OutsideKind.NETWORK, OutsideKind.ADDRESS, OutsideKind.STORAGE}
    )
    simulated: ClassVar[bool] = False

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        self.engine = engine_at(settings.socket)

    @property
    def image_source(self) -> ImageSource:
        return ImageSource.CONTAINER

    def systems(self) -> frozenset[str]:
        return frozenset()

    def check(self) -> ProviderFacts:
        with self._translated("check this host"):
            found = facts.host_facts(self.engine)
            host.require_supported(found)
            facts.ensure_inotify()
            self._require_writable_storage()
            return ProviderFacts(_shown(found), pool_node_root=storage.NODE_ROOT)

    def ensure_network(self, request: NetworkRequest) -> NetworkView:
        with self._translated(f"make network {request.name}"):
            return networks.ensure(self.engine, request, self.settings.address_space)

    def find_network(self, name: str, tags: Tags = NO_TAGS) -> NetworkView | None:
        with self._translated(f"find network {name}"):
            found = networks.find(self.engine, name)
            return networks.view(found) if found and labels.KIND in found["Labels"] else None

    def delete_network(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"delete network {name}"):
            networks.delete(self.engine, name)

    def ensure_address(self, request: AddressRequest) -> AddressView:
        with self._translated(f"claim address {request.name}"):
            return addresses.ensure(self.engine, request)

    def delete_address(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"give up address {name}"):
            addresses.delete(self.engine, name)

    def ensure_storage(self, request: StorageRequest) -> StorageView:
        with self._translated(f"make storage pool {request.name}"):
            return storage.ensure(self.engine, request, self.settings.storage_root)

    def delete_storage(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"delete storage pool {name}"):
            storage.delete(self.engine, name)

    def ensure_group(self, request: GroupRequest) -> None:
        """Nothing to make: a bridge filters nothing, and all machines are on this one host."""

    def delete_group(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made."""

    def ensure_endpoint(self, request: EndpointRequest) -> EndpointView:
        """The address itself, which the machines carry in turn."""
        with self._translated(f"find address {request.address}"):
            address = addresses.require(self.engine, request.address)
            return EndpointView(request.name, EndpointKind.VIRTUAL_IP, address, address)

    def delete_endpoint(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made."""

    def delete_volume(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Volumes are directories of a pool and go with it."""

    def delete_project(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Tenants share the engine."""

    def limits(self, tags: Tags) -> list[Limit]:
        return []

    def forecast(self, wanted: Wanted, tags: Tags) -> Forecast:
        with self._translated("look at this host"):
            return forecast.forecast(self.engine, wanted, self.settings.address_space)

    def ensure_image(self, request: ImageRequest) -> None:
        """Machines start from the node image of this host's engine."""

    def delete_image(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made."""

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        with self._translated(f"make machine {request.name}"):
            return machines.ensure(self.engine, request, self.settings.storage_root)

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        with self._translated("list machines"):
            return machines.find_all(self.engine, tags)

    def fingerprints(self, tags: Tags, *, max_age: float = 0) -> Mapping[str, str]:
        """The engine changes nothing but by removing it."""
        found = self.sweep(tags)
        return {f"{one.kind} {one.name}": "" for one in found if one.kind is not OutsideKind.MACHINE}

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"delete machine {name}"):
            removal.delete_machine(self.engine, name)

    def evidence(self, name: str, tags: Tags = NO_TAGS) -> str:
        with self._translated(f"read the console of {name}"):
            return self.engine.last_output(name)

    def sweep(self, tags: Tags, clusters: Container[str] = ()) -> list[OutsideObject]:
        """Clusters make nothing here from inside: their volumes are directories of a pool."""
        with self._translated("look for objects"):
            wanted = labels.filters(tags)
            found = [*self.engine.containers(wanted), *self.engine.networks(wanted)]
            found += self.engine.volumes(wanted)
            objects = {(one.kind, one.name): one for one in map(_outside, found)}
            return [objects[key] for key in sorted(objects)]

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        with failures.translated(doing, disk=self.engine.data_root):
            yield

    def _require_writable_storage(self) -> None:
        root = Path(self.settings.storage_root)
        existing = next(path for path in (root, *root.parents) if path.exists())
        if not os.access(existing, os.W_OK | os.X_OK):
            raise Misconfigured(
                f"storage pools cannot be made: {existing} cannot be written to; choose another storageRoot",
                field="spec.settings.storageRoot",
            )


def _outside(found: dict[str, Any]) -> OutsideObject:
    own, made = found["Labels"], found.get("Created") or found.get("CreatedAt", "")
    at = datetime.fromtimestamp(made, UTC) if isinstance(made, int) else datetime.fromisoformat(made)
    return OutsideObject(_kind(own), own[labels.NAME], labels.tags_of(own), timestamp(at))


def _kind(own: dict[str, str]) -> OutsideKind:
    """Parts of a machine are swept as the machine, whose deletion removes them."""
    return OutsideKind.MACHINE if own[labels.KIND] == labels.PART else OutsideKind(own[labels.KIND])


def _shown(found: host.HostFacts) -> dict[str, str]:
    return {
        "engine": f"Docker {found.engine_version}",
        "architecture": found.architecture,
        "cgroup": f"v{found.cgroup_version}",
        "storageDriver": found.storage_driver,
        "privileged": "yes" if host.can_be_privileged(found) else "no: exact capabilities are used",
        "cpu": str(found.cpus),
        "memory": quantity.human(found.memory // 2**20 * 2**20),
    }
