"""The driver contract: machines, networks, addresses, endpoints and storage; nothing of Kubernetes.

Obligations of every driver, held by tests/drivers (one conformance suite for all):
1. `ensure_*` is idempotent: find by name, adopt what is there, else create. Called again after a crash at any
   line, or twice at once, it ends in one object.
2. Names come from the caller and are used as given; every object carries the caller's tags.
3. `delete_*` of what is not there succeeds. It returns only when the object is gone.
4. Nothing is made besides what `sweep` can find again by tag, and `sweep` looks outside, never at a memory.
5. Every foreign error is translated to one of `drivers.errors`; no secret is in any of them.
6. Whatever `sweep` returns is removed by the `delete_*` of its kind and name: half-made pieces of a machine
   are swept under the machine's own name.
7. Calls are safe from several threads at once and block for seconds, not minutes; but `ensure_image` uploads.
8. A driver does no Kubernetes, no Ansible, no database.
9. `find_*` and `delete_*` get the tags an object was made with where the caller knows them: a driver that keeps
   tenants apart then looks in one place. Without tags it looks everywhere.
"""

from collections.abc import Container, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from provisioning.drivers.admission import MACHINES, Admission
from provisioning.drivers.credential import Credential, CredentialOffer, CredentialRequest
from provisioning.drivers.endpoint import EndpointRequest, EndpointView
from provisioning.drivers.forecast import Forecast, Limit, Wanted
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.identity.ssh_access import SshAccess

Tags = Mapping[str, str]
"""Written on every object: `slipway/installation`, `slipway/tenant`, `slipway/owner` (uid of the API object),
and `slipway/cluster` (uid) where there is one."""

NO_TAGS: Tags = MappingProxyType({})


class OutsideKind(StrEnum):
    """Kinds of outside objects, as the ledger names them."""

    MACHINE = "machine"
    NETWORK = "network"
    ADDRESS = "address"
    STORAGE = "storage"
    VOLUME = "volume"
    GROUP = "group"
    ENDPOINT = "endpoint"
    PROJECT = "project"
    CREDENTIAL = "credential"
    IMAGE = "image"


class MachineState(StrEnum):
    """What the provider says of a machine."""

    STARTING = "Starting"
    RUNNING = "Running"
    STOPPED = "Stopped"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class OutsideObject:
    """Something a sweep found at the provider."""

    kind: OutsideKind
    name: str
    tags: Tags
    made_at: str = field(default="", compare=False)  # RFC 3339, where the provider tells


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """A private network. `cidr` empty: the driver chooses one that collides with nothing it can see."""

    name: str
    tags: Tags
    cidr: str = ""
    dns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network as it is."""

    name: str
    cidr: str
    gateway: str
    id: str
    mtu: int = 0  # 0: the usual one of the machines' network card


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """A stable address. `network` is the outside name of the network it belongs to or is reached through."""

    name: str
    tags: Tags
    network: str = ""
    before: str = ""  # that of one of this name which somebody deleted: the same again, if the provider can


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address as it is."""

    name: str
    address: str
    id: str


@dataclass(frozen=True, slots=True)
class StorageRequest:
    """A storage pool. `capacity` in bytes, 0 for no limit; `type` is the provider's own word for a class."""

    name: str
    tags: Tags
    capacity: int = 0
    type: str = ""


@dataclass(frozen=True, slots=True)
class StorageView:
    """A storage pool as it is. `node_path` is where machines of the tenant see it, empty if they do not."""

    name: str
    id: str
    node_path: str = ""


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """What the machines of a cluster share: who may reach them, and that they are kept on different hosts."""

    name: str
    tags: Tags
    network: str
    admit: tuple[Admission, ...] = MACHINES


@dataclass(frozen=True, slots=True)
class MachineRequest:
    """A machine. cpu in cores, memory and disk in bytes; 0 leaves the choice to the driver.

    `release` is the Kubernetes version whose bundle the machine's image must carry, `ssh_key` the public key
    that root accepts, `ssh_host_key` the private host key (OpenSSH PEM) that the machine must show.
    """

    name: str
    tags: Tags
    network: str
    release: str
    hostname: str
    ssh_key: str
    ssh_host_key: str = ""
    cpu: float = 0
    memory: int = 0
    disk: int = 0
    flavor: str = ""
    group: str = ""  # the outside name of its group
    labels: Mapping[str, str] = field(default_factory=dict)  # that its host must have, if it is one


@dataclass(frozen=True, slots=True)
class MachineView:
    """A machine as it is. Slipway's workers reach `address` by SSH: as root on port 22, or as `access` says."""

    name: str
    id: str
    state: MachineState
    address: str = ""
    message: str = ""  # the provider's words when state is not Running
    tags: Tags = field(default_factory=dict)
    inside: str = ""  # its address in its network, where that is not `address`
    access: SshAccess | None = None  # of a host with an SSH server of its own: it has greeted when it runs


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What `check` found: the provider answers, and what it offers. Values are shown to operators."""

    facts: Mapping[str, str]
    pool_node_root: str = ""  # directory on machines under which storage pools appear


class Driver(Protocol):
    """One configured provider. Made by `registry.open_driver(name, settings, secrets)`; holds no state."""

    name: ClassVar[str]
    settings_model: ClassVar[type[BaseModel]]  # secret fields are pydantic SecretStr
    makes: ClassVar[frozenset[OutsideKind]]  # the kinds that are objects there: the ledger has these
    simulated: ClassVar[bool]  # True: machines are not real; runs and clusters on them are simulated too

    def __init__(self, settings: Any) -> None:
        """`settings` is an instance of `settings_model`. Reaches nothing outside: that is for `check`."""
        ...

    @property
    def image_source(self) -> ImageSource: ...

    def systems(self) -> Set[str]:
        """The operating systems that files for machines have to fit, where these come without an image: else none."""

    def check(self) -> ProviderFacts:
        """Prove that the provider can be used; raise Unavailable or Misconfigured with the way out."""
        ...

    def ensure_network(self, request: NetworkRequest) -> NetworkView:
        """Conflict if the cidr overlaps something that is not ours."""
        ...

    def find_network(self, name: str, tags: Tags = NO_TAGS) -> NetworkView | None: ...
    def delete_network(self, name: str, tags: Tags = NO_TAGS) -> None: ...
    def ensure_address(self, request: AddressRequest) -> AddressView: ...
    def delete_address(self, name: str, tags: Tags = NO_TAGS) -> None: ...
    def ensure_storage(self, request: StorageRequest) -> StorageView: ...
    def delete_storage(self, name: str, tags: Tags = NO_TAGS) -> None: ...
    def ensure_group(self, request: GroupRequest) -> None: ...
    def delete_group(self, name: str, tags: Tags = NO_TAGS) -> None: ...

    def ensure_endpoint(self, request: EndpointRequest) -> EndpointView:
        """Called again with other members it changes to them. Names a machine that is not there: not ready."""
        ...

    def delete_endpoint(self, name: str, tags: Tags = NO_TAGS) -> None:
        """The address that was put on it stays."""

    def ensure_image(self, request: ImageRequest) -> None: ...
    def delete_image(self, name: str, tags: Tags = NO_TAGS) -> None: ...

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        """Starts one that is stopped. Returns when it was asked to run, not when SSH answers."""
        ...

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        """Every machine that carries all of `tags`, in one call whatever their number.

        As seen up to `max_age` seconds ago: one look may then serve all who ask.
        """
        ...

    def fingerprints(self, tags: Tags, *, max_age: float = 0) -> Mapping[str, str]:
        """What `ensure_*` made under `tags` by kind and name, each with a digest that differs once anybody changes it.

        Whether a machine is there, and its state, make no difference: `list_machines` says that.
        """
        ...

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        """With everything that was made for it (volumes, ports)."""

    def delete_volume(self, name: str, tags: Tags = NO_TAGS) -> None:
        """One that was made from inside a cluster and that a sweep found."""

    def delete_project(self, name: str, tags: Tags = NO_TAGS) -> None:
        """What keeps one tenant apart from the others, found by a sweep; Conflict while something is in it."""

    @property
    def credential_offer(self) -> CredentialOffer | None: ...
    def make_credential(self, request: CredentialRequest) -> Credential: ...

    def has_credential(self, name: str, tags: Tags) -> bool:
        """Whether it still opens anything. Asked for every cluster: at most one call a minute for all of them."""
        ...

    def delete_credential(self, name: str, tags: Tags) -> None: ...

    def limits(self, tags: Tags) -> list[Limit]:
        """What the tenant of `tags` may still make here; empty where nothing is counted."""

    def forecast(self, wanted: Wanted, tags: Tags) -> Forecast:
        """What making it would take, and what stands in its way. Makes nothing."""
        ...

    def evidence(self, name: str, tags: Tags = NO_TAGS) -> str:
        """The end of a machine's console, without secrets; empty where there is none."""
        ...

    def sweep(self, tags: Tags, clusters: Container[str] = ()) -> list[OutsideObject]:
        """Every object that carries all of `tags`, looked up at the provider. Empty tags: all of ours.

        And what was made from inside the cluster that the tags name, or from inside one of `clusters` (uids): it
        carries the tag `slipway/cluster` alone.
        """
        ...


def carries(tags: Tags, wanted: Tags) -> bool:
    """Whether `tags` has everything that `wanted` asks for."""
    return all(tags.get(k) == v for k, v in wanted.items())


def from_inside(tags: Tags, wanted: Tags, clusters: Container[str]) -> bool:
    """Whether something of these tags was made by a cluster itself, and by one that is asked for."""
    cluster = tags.get("slipway/cluster")
    if not cluster or len(tags) > 1:
        return False
    return cluster == wanted.get("slipway/cluster") or cluster in clusters
