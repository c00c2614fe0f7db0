"""The baremetal driver: machines are hosts that people own, taken out of a pool and given back clean."""

from collections.abc import Container, Mapping
from typing import ClassVar

from pydantic import BaseModel

from provisioning.drivers.baremetal import forecast, machines, shared
from provisioning.drivers.baremetal.book import ASIDE, Entry, HostBook
from provisioning.drivers.baremetal.greeting import greets
from provisioning.drivers.baremetal.machines import Connect, Greets, Room
from provisioning.drivers.baremetal.probe import HostFacts
from provisioning.drivers.baremetal.session import session
from provisioning.drivers.baremetal.settings import BareMetalSettings
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


class BareMetalDriver(NoCredentials):
    """Keeps nothing: what is taken is in the book, and what hosts are prepared with is told before each use."""

    name: ClassVar[str] = "baremetal"
    settings_model: ClassVar[type[BaseModel]] = BareMetalSettings
    makes: ClassVar[frozenset[OutsideKind]] = frozenset(
        {OutsideKind.MACHINE, OutsideKind.NETWORK, OutsideKind.ADDRESS, OutsideKind.STORAGE}
    )
    simulated: ClassVar[bool] = False
    keeps_book: ClassVar[bool] = True

    def __init__(
        self,
        settings: BareMetalSettings,
        book: HostBook,
        connect: Connect = session,
        answers: Greets = greets,
    ) -> None:
        self._images: dict[str, ImageRequest] = {}
        self.room = Room(settings, book, connect, answers, self._images)

    @property
    def image_source(self) -> ImageSource:
        return ImageSource.HOST

    def check(self) -> ProviderFacts:
        hosts = self.room.book.hosts()
        if not hosts:
            raise Misconfigured("the provider has no hosts yet: slipway host add NAME --address ADDRESS")
        taken = [entry for entry in self.room.book.entries(NO_TAGS) if entry.place.startswith("host/")]
        aside = [entry for entry in taken if entry.kind == ASIDE]
        facts = {
            "hosts": str(len(hosts)),
            "free": str(sum(1 for host in hosts if host.fit) - len(taken) + len(aside)),
            "setAside": str(len(aside)),
            "network": self.room.settings.network,
            "addresses": str(sum(1 for _ in self.room.settings.pool())),
        }
        return ProviderFacts(facts, pool_node_root=self.room.settings.storage_root)

    def ensure_network(self, request: NetworkRequest) -> NetworkView:
        return shared.ensure_network(self.room, request)

    def find_network(self, name: str, tags: Tags = NO_TAGS) -> NetworkView | None:
        return shared.find_network(self.room, name)

    def delete_network(self, name: str, tags: Tags = NO_TAGS) -> None:
        shared.delete_network(self.room, name)

    def ensure_address(self, request: AddressRequest) -> AddressView:
        return shared.ensure_address(self.room, request)

    def delete_address(self, name: str, tags: Tags = NO_TAGS) -> None:
        shared.delete_address(self.room, name)

    def ensure_storage(self, request: StorageRequest) -> StorageView:
        return shared.ensure_storage(self.room, request)

    def delete_storage(self, name: str, tags: Tags = NO_TAGS) -> None:
        shared.delete_storage(self.room, name)

    def ensure_group(self, request: GroupRequest) -> None:
        """Nothing to make: machines of a cluster are spread over the failure domains as they are claimed."""

    def delete_group(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made."""

    def ensure_endpoint(self, request: EndpointRequest) -> EndpointView:
        """The address itself, which the hosts carry in turn."""
        address = shared.require_address(self.room, request.address)
        return EndpointView(request.name, EndpointKind.VIRTUAL_IP, address, address)

    def delete_endpoint(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made."""

    def delete_volume(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Volumes are directories of a host and go when it is given back."""

    def delete_project(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Tenants share the room."""

    def ensure_image(self, request: ImageRequest) -> None:
        """Only remembered: it is pushed to the hosts that are claimed."""
        self._images[request.release] = request

    def delete_image(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made: what is on a host goes with its machine."""

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        return machines.ensure(self.room, request)

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        return machines.find_all(self.room, tags)

    def fingerprints(self, tags: Tags, *, max_age: float = 0) -> Mapping[str, str]:
        """Nobody changes what is taken but Slipway."""
        return {f"{one.kind} {one.name}": "" for one in self.sweep(tags) if one.kind != OutsideKind.MACHINE}

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        machines.delete(self.room, name)

    def limits(self, tags: Tags) -> list[Limit]:
        """Of the whole room: it is not divided among tenants."""
        return forecast.limits(self.room)

    def forecast(self, wanted: Wanted, tags: Tags) -> Forecast:
        return forecast.forecast(self.room, wanted, tags)

    def evidence(self, name: str, tags: Tags = NO_TAGS) -> str:
        """A host's console is not seen over SSH; why its machine failed says its state."""
        return ""

    def sweep(self, tags: Tags, clusters: Container[str] = ()) -> list[OutsideObject]:
        """Clusters take nothing from inside: their volumes are directories of a host."""
        found = [e for e in self.room.book.entries(tags) if e.kind != ASIDE]
        return [OutsideObject(OutsideKind(e.kind), e.name, dict(e.tags), e.made_at) for e in found]

    def systems(self) -> set[str]:
        """As far as hosts were looked at."""
        return {host.system for host in self.room.book.hosts() if host.system}

    def look(self, host: str, *, in_use: bool) -> HostFacts:
        """What a host says of itself, for its Host object. HostFault says why it cannot be used."""
        return machines.look(self.room, host, in_use=in_use)

    def clean(self, entry: Entry) -> None:
        """Wipe a host that was set aside, and free it. HostFault says what is left."""
        machines.clean(self.room, entry)
