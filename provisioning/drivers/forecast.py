"""What would be made, what that takes at the provider, and what is free there: asked before anything is made.

A forecast makes nothing. What stands in the way and no quota mends is in its `problems`, as the errors that making
would end in. Resources are called as in `limits`; what is not counted there is not limited.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.drivers.endpoint import EndpointKind
from provisioning.drivers.errors import DriverError

Takes = Mapping[str, float]
"""Resource → amount: bytes for memory and storage, cores for cpu, else pieces."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something a tenant has and may have at the provider; bytes for memory and storage."""

    resource: str
    used: int
    limit: int  # -1: as much as there is


@dataclass(frozen=True, slots=True)
class Size:
    """How large a machine is asked for, as in a MachineRequest; 0 leaves the choice to the driver."""

    cpu: float = 0
    memory: int = 0
    disk: int = 0
    flavor: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # that a host has to have


@dataclass(frozen=True, slots=True)
class Wanted:
    """What would be made for one cluster; nothing of it is there yet.

    `members`: machines of the cluster that are there. `image_disk`: what the release's image needs of a disk, where
    the image still has to be made. `storage`: bytes of new storage pools.
    """

    release: str
    machines: tuple[Size, ...] = ()
    members: int = 0
    network: bool = False
    cidr: str = ""
    address: bool = False
    group: bool = False
    endpoint: bool = False
    storage: int = 0
    image_disk: int = 0


@dataclass(frozen=True, slots=True)
class MachineForecast:
    """What a machine would really be: 0 is no limit of its own. `flavor` is empty where there are none."""

    flavor: str = ""
    cpu: float = 0
    memory: int = 0
    disk: int = 0
    takes: Takes = field(default_factory=dict)
    problem: DriverError | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """`machines` in the order in which they were wanted; `shared` is what all else takes.

    `image`: its name at the provider, and whether it is there. `address_space`: where
    networks without a cidr are taken from, empty where that cannot be said.
    """

    machines: tuple[MachineForecast, ...]
    shared: Takes
    endpoint: EndpointKind
    image: str = ""
    image_there: bool = True
    address_space: str = ""
    problems: tuple[DriverError, ...] = ()
