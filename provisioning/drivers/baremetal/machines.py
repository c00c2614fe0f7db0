"""Machines: hosts that are claimed, prepared, watched, and given back."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from provisioning.drivers.baremetal import choosing, preparing, probe, wiping
from provisioning.drivers.baremetal.book import Entry, HostBook, host_of
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.session import Session
from provisioning.drivers.baremetal.settings import BareMetalSettings
from provisioning.drivers.contract import MachineRequest, MachineState, MachineView, OutsideKind, Tags
from provisioning.drivers.errors import Misconfigured, QuotaExceeded, Unavailable
from provisioning.drivers.image import ImageRequest
from provisioning.drivers.sizes import require_no_flavor
from provisioning.identity.ssh_access import SshAccess

_INSTALLATION: Final = "slipway/installation"
_AT_ONCE: Final = 32
_TRIES: Final = 3  # hosts in one call: what fails on every one of them is no fault of the hosts

Connect = Callable[[SshAccess], AbstractContextManager[Session]]
Greets = Callable[[SshAccess], bool]


@dataclass(frozen=True)
class Room:
    """The hosts of one provider and how to get at them."""

    settings: BareMetalSettings
    book: HostBook
    connect: Connect
    greets: Greets
    images: Mapping[str, ImageRequest]

    @property
    def storage(self) -> list[str]:
        """Directories of hosts that hold storage pools."""
        return [self.settings.directory(name) for name in ("", *self.settings.storage_types)]

    def access(self, host: str) -> SshAccess:
        """The way into a host; the Host object of one that is in use cannot go."""
        if found := self.book.access([host]).get(host):
            return found
        raise Unavailable(f"there is no host {host}")


def ensure(room: Room, request: MachineRequest) -> MachineView:
    """On the host that it has, else on one that is free. A host that fails before it was a node is set aside."""
    require_no_flavor(request.flavor)
    image = room.images.get(request.release)
    if image is None:
        raise Misconfigured(f"nothing to prepare hosts with for release {request.release}")
    failed: HostFault | None = None
    for _ in range(_TRIES):
        entry = _claimed(room, request, failed)
        access = room.access(host_of(entry))
        if entry.data.get("prepared") and not room.greets(access):
            return _view(room, entry, access, greets=False)
        try:
            _prepare(room, entry, access, image)
        except HostFault as fault:
            failed = fault
            room.book.set_aside(entry, fault.code, fault.message)
            continue
        room.book.note(entry, prepared=image.checksum, silentSince="")
        return _view(room, room.book.find(entry.kind, entry.name) or entry, access, greets=True)
    assert failed is not None  # noqa: S101 - else it had returned
    raise failed


def _claimed(room: Room, request: MachineRequest, failed: HostFault | None) -> Entry:
    try:
        return room.book.take(
            OutsideKind.MACHINE,
            request.name,
            request.tags,
            lambda entries: choosing.choose_host(room.book.hosts(), entries, request),
        )
    except QuotaExceeded as short:
        if failed is None:
            raise
        raise QuotaExceeded(
            f"{short.message}; the last one failed: {failed.message}", field=short.field
        ) from None


def _prepare(room: Room, entry: Entry, access: SshAccess, image: ImageRequest) -> None:
    with room.connect(access) as host:
        system, prepared = preparing.claim(host, entry.tags[_INSTALLATION], entry.name)
        preparing.mount_disks(host, room.settings.disks)
        if prepared != image.checksum:
            preparing.prepare(host, system, image)


def find_all(room: Room, tags: Tags) -> list[MachineView]:
    """All of them are asked for a sign of life at once."""
    entries = room.book.entries(tags, OutsideKind.MACHINE)
    ways = room.book.access([host_of(entry) for entry in entries])
    entries = [entry for entry in entries if host_of(entry) in ways]
    alive = _alive(room, ways.values())
    return [_view(room, e, way := ways[host_of(e)], greets=way in alive) for e in entries]


def _alive(room: Room, ways: Iterable[SshAccess]) -> set[SshAccess]:
    asked = list(ways)
    if not asked:
        return set()
    with ThreadPoolExecutor(min(_AT_ONCE, len(asked))) as pool:
        return {way for way, greets in zip(asked, pool.map(room.greets, asked), strict=True) if greets}


def _view(room: Room, entry: Entry, access: SshAccess, *, greets: bool) -> MachineView:
    since = _silent_since(room, entry, greets=greets)
    state, message = _state(room, entry, since)
    return MachineView(
        name=entry.name,
        id=f"{host_of(entry)}/{entry.data.get('id', '')}",
        state=state,
        address=access.address,
        message=message,
        tags=dict(entry.tags),
        access=access,
    )


def _silent_since(room: Room, entry: Entry, *, greets: bool) -> str:
    """Written down when it changes only."""
    known = str(entry.data.get("silentSince", ""))
    since = "" if greets else known or datetime.now(UTC).isoformat()
    if since != known:
        room.book.note(entry, silentSince=since)
    return since


def _state(room: Room, entry: Entry, since: str) -> tuple[MachineState, str]:
    host, patience = host_of(entry), room.settings.patience
    if not since:
        ready = bool(entry.data.get("prepared"))
        return (
            (MachineState.RUNNING, "") if ready else (MachineState.STARTING, f"host {host} is being prepared")
        )
    seconds = (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds()
    if seconds > patience:
        return MachineState.FAILED, f"host {host} has not answered for {seconds:.0f} s"
    return MachineState.STOPPED, f"host {host} does not answer; after {patience} s it is given up"


def delete(room: Room, name: str) -> None:
    """Wipe the host; one that cannot be wiped is set aside, so that nobody gets it, and looked at again later."""
    entry = room.book.find(OutsideKind.MACHINE, name)
    if entry is None:
        return
    try:
        clean(room, entry)
    except HostFault as fault:
        room.book.set_aside(entry, fault.code, fault.message)


def clean(room: Room, entry: Entry) -> None:
    """Wipe the host of an entry, and free it."""
    with room.connect(room.access(host_of(entry))) as host:
        machine = str(entry.data.get("machine") or entry.name)  # that of an entry set aside is no more
        wiping.wipe(host, entry.tags[_INSTALLATION], machine, room.storage)
    room.book.drop(entry)


def look(room: Room, host: str, *, in_use: bool) -> probe.HostFacts:
    """What a host says of itself. The keys shown at the first contact are kept."""
    access = room.access(host)
    with room.connect(access) as opened:
        found = probe.look(opened, room.settings.disks.values(), in_use=in_use)
        if not access.host_key or (access.bastion and not access.bastion.host_key):
            room.book.pin(host, *opened.shown_keys())
    return found
