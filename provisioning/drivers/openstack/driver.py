"""The openstack driver: machines are Nova servers, with what Neutron, Cinder and Octavia have for them."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

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
from provisioning.drivers.credential import Credential, CredentialOffer, CredentialRequest
from provisioning.drivers.endpoint import EndpointRequest, EndpointView
from provisioning.drivers.errors import DriverError
from provisioning.drivers.forecast import Forecast, Limit, Wanted
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.drivers.openstack import (
    addresses,
    credentials,
    endpoints,
    facts,
    failures,
    fingerprints,
    forecast,
    groups,
    images,
    limits,
    machines,
    networks,
    removal,
    storage,
)
from provisioning.drivers.openstack import sweep as sweeping
from provisioning.drivers.openstack.projects import Projects
from provisioning.drivers.openstack.scope import Scope, scopes
from provisioning.drivers.openstack.settings import OpenStackSettings


class OpenStackDriver:
    """Each call is translated at this edge and done in the tenant's project; each module has one kind of object."""

    name: ClassVar[str] = "openstack"
    settings_model: ClassVar[type[BaseModel]] = OpenStackSettings
    makes: ClassVar[frozenset[OutsideKind]] = frozenset(OutsideKind) - {OutsideKind.STORAGE}
    simulated: ClassVar[bool] = False

    def __init__(self, settings: OpenStackSettings) -> None:
        self.settings = settings
        self.projects = Projects(scopes(settings))

    @property
    def image_source(self) -> ImageSource:
        return ImageSource.DISK if images.is_ours(self.settings) else ImageSource.OPERATOR

    def systems(self) -> frozenset[str]:
        return frozenset()

    def check(self) -> ProviderFacts:
        with self._translated("use the cloud"):
            return facts.check(self.projects.cloud.home)

    def ensure_network(self, request: NetworkRequest) -> NetworkView:
        with self._making(f"make network {request.name}", request.tags) as scope:
            return networks.ensure(scope, request)

    def find_network(self, name: str, tags: Tags = NO_TAGS) -> NetworkView | None:
        with self._translated(f"find network {name}"):
            found = (networks.find_view(scope, name) for scope in self.projects.holding(tags))
            return next((view for view in found if view), None)

    def delete_network(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"network {name}", networks.delete, name, tags)

    def ensure_address(self, request: AddressRequest) -> AddressView:
        with self._making(f"get address {request.name}", request.tags) as scope:
            return addresses.ensure(scope, request)

    def delete_address(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"address {name}", addresses.delete, name, tags)

    def ensure_storage(self, request: StorageRequest) -> StorageView:
        with self._making(f"use storage pool {request.name}", request.tags) as scope:
            return storage.ensure(scope, request)

    def delete_storage(self, name: str, tags: Tags = NO_TAGS) -> None:
        """Nothing was made: volumes have names of their own."""

    def ensure_group(self, request: GroupRequest) -> None:
        with self._making(f"make group {request.name}", request.tags) as scope:
            groups.ensure(scope, request)

    def delete_group(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"group {name}", groups.delete, name, tags)

    def ensure_endpoint(self, request: EndpointRequest) -> EndpointView:
        with self._making(f"make endpoint {request.name}", request.tags) as scope:
            return endpoints.ensure(scope, request)

    def delete_endpoint(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"endpoint {name}", endpoints.delete, name, tags)

    def ensure_image(self, request: ImageRequest) -> None:
        with self._translated(f"upload the image for {request.release}"):
            images.ensure(self.projects.cloud.home, request)

    def delete_image(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"delete image {name}"):
            images.delete(self.projects.cloud.home, name)

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        with self._making(f"make machine {request.name}", request.tags) as scope:
            return machines.ensure(scope, request)

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        with self._translated("list machines"):
            return [
                view
                for scope in self.projects.holding(tags)
                for view in machines.find_all(scope, tags, max_age)
            ]

    def fingerprints(self, tags: Tags, *, max_age: float = 0) -> Mapping[str, str]:
        with self._translated("look at what was made"):
            found = (fingerprints.of(scope, tags, max_age) for scope in self.projects.holding(tags))
            return {name: digest for one in found for name, digest in one.items()}

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"machine {name}", removal.delete_machine, name, tags)

    def delete_volume(self, name: str, tags: Tags = NO_TAGS) -> None:
        self._delete(f"volume {name}", removal.delete_volume, name, tags)

    def delete_project(self, name: str, tags: Tags = NO_TAGS) -> None:
        with self._translated(f"delete project {name}"):
            if self.settings.project_per_tenant:
                self.projects.delete(name)

    @property
    def credential_offer(self) -> CredentialOffer | None:
        return credentials.offer(self.settings)

    def make_credential(self, request: CredentialRequest) -> Credential:
        with self._making(f"make credential {request.name}", request.tags) as scope:
            return credentials.make(scope, request)

    def has_credential(self, name: str, tags: Tags) -> bool:
        with self._translated(f"look for credential {name}"):
            return credentials.exists(self.projects.cloud.home, name)

    def delete_credential(self, name: str, tags: Tags) -> None:
        with self._translated(f"delete credential {name}"):
            credentials.delete(self.projects.cloud.home, name)

    def limits(self, tags: Tags) -> list[Limit]:
        with self._translated("read the project's limits"):
            found = self.projects.holding(tags)[:1]
            return limits.limits(found[0]) if found else limits.of_new_project(self.projects.cloud.home)

    def forecast(self, wanted: Wanted, tags: Tags) -> Forecast:
        with self._translated("look at the cloud"):
            if found := self.projects.holding(tags):
                return forecast.forecast(found[0], wanted)
            # The tenant's project is still to be made, and no network is in its way.
            return forecast.forecast(self.projects.cloud.home, replace(wanted, cidr=""))

    def evidence(self, name: str, tags: Tags = NO_TAGS) -> str:
        with self._translated(f"read the console of {name}"):
            found = (machines.console(scope, name) for scope in self.projects.holding(tags))
            return next((said for said in found if said), "")

    def sweep(self, tags: Tags, clusters: Container[str] = ()) -> list[OutsideObject]:
        with self._translated("look for objects"):
            scopes = self.projects.holding(tags)
            found = [one for scope in scopes for one in sweeping.sweep(scope, tags, clusters)]
            home = self.projects.cloud.home
            return (
                found + credentials.sweep(home, tags) + images.sweep(home, tags) + self.projects.sweep(tags)
            )

    def _delete(self, what: str, delete: Callable[[Scope, str], None], name: str, tags: Tags) -> None:
        with self._translated(f"delete {what}"):
            for scope in self.projects.holding(tags):
                delete(scope, name)

    @contextmanager
    def _making(self, doing: str, tags: Tags) -> Iterator[Scope]:
        with self._translated(doing):
            scope = self.projects.ensure(tags)
            try:
                yield scope
            except Exception:
                scope.memory.forget()  # something may be other than remembered
                raise

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            with failures.translated(doing, self.settings.secrets):
                yield
        except DriverError:
            self.projects.cloud.home.memory.forget()
            raise
