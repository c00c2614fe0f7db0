"""Machines: Nova servers on ports that were made first, so that their addresses are known before they are."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from provisioning.drivers.contract import MachineRequest, MachineState, MachineView, OutsideKind, Tags
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.forecast import Size
from provisioning.drivers.openstack import failures, groups, images, marks, networks, ports
from provisioning.drivers.openstack.flavors import choose
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.looking import look
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import MachineAccess
from provisioning.drivers.openstack.userdata import user_data
from provisioning.drivers.openstack.zones import zone
from slipway.kernel import redact

_MACHINE: Final = OutsideKind.MACHINE
_PATIENCE: Final = 30.0  # seconds until a server that was told to stop has stopped
_PAUSE: Final = 1.0
_LONGEST_BUILD: Final = timedelta(hours=1)  # Ironic takes half of that
_CONSOLE_LINES: Final = 200
_ADDRESS, _INSIDE = "slipway.address", "slipway.inside"  # noted in the metadata: Nova lists them late
_STATES: Final = {
    "ACTIVE": MachineState.RUNNING,
    "PASSWORD": MachineState.RUNNING,
    "REBOOT": MachineState.RUNNING,
    "HARD_REBOOT": MachineState.RUNNING,
    "SHUTOFF": MachineState.STOPPED,
    "PAUSED": MachineState.STOPPED,
    "SUSPENDED": MachineState.STOPPED,
    "SHELVED": MachineState.STOPPED,
    "SHELVED_OFFLOADED": MachineState.STOPPED,
    "ERROR": MachineState.FAILED,
    "DELETED": MachineState.FAILED,
    "SOFT_DELETED": MachineState.FAILED,
}  # any other: STARTING
_START: Final = {
    "SHUTOFF": "start_server",
    "PAUSED": "unpause_server",
    "SUSPENDED": "resume_server",
    "SHELVED": "unshelve_server",
    "SHELVED_OFFLOADED": "unshelve_server",
}
_GOING_DOWN: Final = ("powering-off", "pausing", "suspending", "shelving")
_COMING_UP: Final = (
    "powering-on",
    "unpausing",
    "resuming",
    "unshelving",
    "spawning",
)  # still said to be SHUTOFF


def ensure(scope: Scope, request: MachineRequest) -> MachineView:
    """The server of that name: made if it is not there, started if it is stopped. Returns while it builds."""
    with alone(_MACHINE, scope.project_id, request.name):
        server = _find(scope, request.name)
        if server is None:
            return _create(scope, request)
        if _state(server)[0] is MachineState.STOPPED:
            server = _stopped(scope, server)
            getattr(scope.compute, _START[server.status])(server)
            server = scope.compute.get_server(server.id)
        elif server.status == "ERROR" and not server.fault:
            time.sleep(_PAUSE)  # Nova writes down why only after that it is so
            server = scope.compute.get_server(server.id)
        return _connected(scope, request, view(server))


def find_all(scope: Scope, tags: Tags, max_age: float) -> list[MachineView]:
    """Every machine with these tags, in one call. Of two of one name, the one that `ensure` would keep."""
    kept: dict[str, Any] = {}
    found = look(scope, max_age).servers if max_age else scope.compute.servers(details=True, **_having(tags))
    for server in sorted(found, key=_worth):
        mark = marks.read_metadata(server.metadata)
        if mark.kind == _MACHINE and mark.belongs_to(tags):
            kept.setdefault(server.name, server)
    return [view(kept[name]) for name in sorted(kept)]


def console(scope: Scope, name: str) -> str:
    """The end of what the machine's console shows. A server that no host ever took has none: Nova refuses."""
    from openstack.exceptions import ConflictException, NotFoundException

    for server in servers(scope, name):
        try:
            said = scope.compute.get_server_console_output(server, length=_CONSOLE_LINES)
        except (ConflictException, NotFoundException):
            continue
        return redact.text(str(said.get("output") or ""), scope.settings.secrets)
    return ""


def view(server: Any) -> MachineView:
    """What Nova says of a server, in the contract's words. It hears late of a floating IP: no address until then."""
    state, message = _state(server)
    fixed, floating = _addresses(server)
    noted = server.metadata or {}
    inside = fixed or noted.get(_INSIDE, "")
    address = noted.get(_ADDRESS, "") if floating is None else floating
    mark = marks.read_metadata(noted)
    tags = {
        key: value for key, value in mark.tags.items() if key not in ("slipway/address", "slipway/inside")
    }
    return MachineView(server.name, server.id, state, address, message, tags, inside)


def _connected(scope: Scope, request: MachineRequest, seen: MachineView) -> MachineView:
    """Its port and floating IP as they were made. A port that is gone took the machine's address with it."""
    if seen.state is MachineState.FAILED:
        return seen
    security = groups.require(scope, request.group)[0] if request.group else ""
    port = ports.mend(scope, request.name, security)
    if port is None:
        return replace(
            seen, state=MachineState.FAILED, message="its network port was deleted at the provider"
        )
    address = ports.address(scope, request, port)
    if address != seen.address and seen.state is MachineState.RUNNING:
        scope.compute.set_server_metadata(seen.id, **{_ADDRESS: address})
    return replace(seen, address=address)


def _state(server: Any) -> tuple[MachineState, str]:
    state = _STATES.get(server.status, MachineState.STARTING)
    if state is MachineState.RUNNING and server.task_state in _GOING_DOWN:
        state = MachineState.STOPPED
    if state is MachineState.STOPPED and server.task_state in _COMING_UP:
        state = MachineState.STARTING
    if state is MachineState.RUNNING:
        return state, ""
    if server.status == "BUILD" and marks.older(server, _LONGEST_BUILD):
        return MachineState.FAILED, "Nova has not finished building it in an hour"
    if state is MachineState.FAILED:
        return state, failures.fault(str((server.fault or {}).get("message") or ""))
    doing = f", {server.task_state}" if server.task_state else ""
    return state, f"Nova says {server.status}{doing}"


def _addresses(server: Any) -> tuple[str, str | None]:
    """The fixed and the floating address as Nova lists them; no floating one is None: it may only be late."""
    listed = [entry for entries in (server.addresses or {}).values() for entry in entries]
    by_type = {entry.get("OS-EXT-IPS:type"): str(entry["addr"]) for entry in listed if entry["version"] == 4}
    return by_type.get("fixed", ""), by_type.get("floating")


def _find(scope: Scope, name: str) -> Any | None:
    """The server of that name. A second one, of two callers at once, is deleted: it has the same port."""
    first, *others = sorted(servers(scope, name), key=_worth) or [None]
    for other in others:
        scope.compute.delete_server(other)
    return first


def servers(scope: Scope, name: str) -> list[Any]:
    """All servers of that name that are ours. Nova reads the name as a regular expression."""
    found = scope.compute.servers(details=True, name=f"^{name}$")
    return [s for s in found if s.name == name and marks.read_metadata(s.metadata).kind == _MACHINE]


def _worth(server: Any) -> tuple[bool, tuple[str, str]]:
    return _STATES.get(server.status) is MachineState.FAILED, marks.age(server)


def _having(tags: Tags) -> dict[str, str]:
    return {"tags": ",".join(wanted)} if (wanted := marks.server_tags(tags)) else {}


def _stopped(scope: Scope, server: Any) -> Any:
    """Nova refuses to start a server that is still stopping."""
    deadline = time.monotonic() + _PATIENCE
    while server.task_state or server.status not in _START:
        if time.monotonic() > deadline:
            raise Unavailable(
                f"machine {server.name} is still stopping: {server.status}, {server.task_state}"
            )
        time.sleep(_PAUSE)
        server = scope.compute.get_server(server.id)
    return server


def _create(scope: Scope, request: MachineRequest) -> MachineView:
    """Asked for before its floating IP, which takes seconds: the cloud builds it meanwhile."""
    image = images.find(scope, request.release)
    size = Size(request.cpu, request.memory, request.disk, request.flavor)
    flavor = flavor_of(scope, size, image.min_ram or 0, image.min_disk or 0)
    network = networks.require(scope, request.network)
    security, spread = groups.require(scope, request.group) if request.group else ("", "")
    port = ports.ensure(scope, request, network, security)
    settings, inside = scope.settings, ports.inside(port)
    noted = {_INSIDE: inside}
    if settings.machine_access is MachineAccess.DIRECT:
        noted[_ADDRESS] = inside
    metadata = marks.metadata(_MACHINE, request.name, request.tags)
    wanted: dict[str, Any] = {
        "name": request.name,
        "flavor_id": flavor.id,
        "networks": [{"port": port.id}],
        "metadata": metadata | noted,
        "tags": marks.server_tags(request.tags),
        "user_data": user_data(request),
        **images.root_disk(settings, image, max(request.disk, (image.min_disk or 0) * 2**30)),
    }
    if chosen := zone(settings.availability_zones, request.hostname):
        wanted["availability_zone"] = chosen
    if spread:
        wanted["scheduler_hints"] = {"group": spread}
    made = scope.compute.create_server(**wanted)
    # Nova answers with little more than the id: the rest is as it was asked for.
    said, address = "Nova says BUILD", ports.address(scope, request, port)
    return MachineView(
        request.name, made.id, MachineState.STARTING, address, said, dict(request.tags), inside
    )


def flavor_of(scope: Scope, size: Size, image_memory: int, image_disk: int) -> Any:
    """The flavor that a machine gets, of those that may be used; what its image needs is in MiB and GiB."""
    allowed = scope.settings.flavors
    offered = scope.memory.recall("flavors", lambda: list(scope.compute.flavors(details=True)))
    usable = [f for f in offered if not allowed or f.name in allowed or f.id in allowed]
    own_disk = not scope.settings.boot_from_volume
    return choose(size, usable, image_memory=image_memory, image_disk=image_disk, own_disk=own_disk)
