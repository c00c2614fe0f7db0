"""The book of a room: its hosts, and what is taken of them. Kept by the one who opens the driver.

A claim is an entry. Two rules hold among all who write, in all processes: no place is in two entries, and a provider
has one entry of a kind and a name. A host is a place, so no two machines are ever on one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from provisioning.drivers.contract import OutsideKind, Tags
from provisioning.identity.ssh_access import SshAccess

ASIDE: Final = "aside"
"""Kind of an entry for a host whose machine is gone, but that may still carry something of it."""


@dataclass(frozen=True, slots=True)
class PoolHost:
    """A host as the last look found it. `fit`: it can be given to a machine, as far as the look went."""

    name: str
    domain: str  # what fails together, such as a rack
    labels: Mapping[str, str]
    cpu: float
    memory: int
    disk: int  # free bytes
    fit: bool
    why: str = ""  # not fit
    system: str = ""  # as debian-12


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is taken. `data` is the driver's own, `made_at` RFC 3339."""

    kind: str
    name: str
    place: str
    tags: Tags
    data: Mapping[str, Any] = field(default_factory=dict)
    made_at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an entry is about to take."""

    place: str
    data: Mapping[str, Any] = field(default_factory=dict)


class HostBook(Protocol):
    """What the driver asks of the book of its provider. Every call is one transaction."""

    def hosts(self) -> Sequence[PoolHost]:
        """Every host of the provider, by name."""
        ...

    def access(self, hosts: Sequence[str]) -> Mapping[str, SshAccess]:
        """The way into hosts, in one look-up; hosts that are gone are left out."""
        ...

    def pin(self, host: str, host_key: str, bastion_key: str) -> None:
        """Keep the keys that a host and its bastion showed at the first contact; a kept or given one stays."""
        ...

    def entries(self, tags: Tags, kind: str = "") -> Sequence[Entry]:
        """Those with all of the tags, by kind and name."""
        ...

    def find(self, kind: str, name: str) -> Entry | None: ...

    def take(
        self, kind: OutsideKind, name: str, tags: Tags, choose: Callable[[Sequence[Entry]], Choice]
    ) -> Entry:
        """The entry of that name; if there is none, one that takes what `choose` picks.

        `choose` sees all entries of the provider, and nobody else takes anything until it is written.
        """
        ...

    def note(self, entry: Entry, **data: Any) -> None:
        """Change some of its data; an entry that is gone stays gone."""
        ...

    def set_aside(self, entry: Entry, reason: str, message: str) -> None:
        """The machine is no more, and its host is given to nobody until it was seen to be clean."""
        ...

    def drop(self, entry: Entry) -> None:
        """Its place is free."""
        ...


def host_place(host: str) -> str:
    """The place that a machine takes."""
    return f"host/{host}"


def host_of(entry: Entry) -> str:
    """The host that a machine is on."""
    return entry.place.removeprefix("host/")
