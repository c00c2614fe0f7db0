"""Machines: system containers, made, started and found."""

import time
from typing import Any, Final

from docker.errors import APIError, NotFound

from provisioning.drivers.contract import MachineRequest, MachineState, MachineView, OutsideKind, Tags
from provisioning.drivers.errors import Conflict, QuotaExceeded, Unavailable
from provisioning.drivers.forecast import Size
from provisioning.drivers.local import (
    blueprint,
    facts,
    failures,
    host,
    identity,
    images,
    labels,
    networks,
    removal,
    storage,
)
from provisioning.drivers.local.engine import Engine
from provisioning.drivers.local.subnets import machine_addresses
from provisioning.drivers.sizes import require_no_flavor
from slipway.kernel import quantity

_PATIENCE: Final = 60.0  # seconds; only several at once on the same machine need more than two rounds
_PAUSE: Final = 0.2
_STATES: Final = {
    "created": MachineState.STARTING,
    "restarting": MachineState.STARTING,
    "running": MachineState.RUNNING,
    "paused": MachineState.STOPPED,
    "exited": MachineState.STOPPED,
    "removing": MachineState.STOPPED,
    "dead": MachineState.FAILED,
}


def ensure(engine: Engine, request: MachineRequest, storage_root: str) -> MachineView:
    """The machine of that name, made if it is not there and started if it does not run."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = engine.find_container(request.name)
        if found is None:
            _create(engine, request, storage_root)
        elif not labels.is_ours(found["Config"]["Labels"], request.tags):
            raise Conflict(
                f"a container named {request.name} exists that is not Slipway's", field="metadata.name"
            )
        elif found["State"]["Status"] == "running":
            return _view_of(found)
        else:
            _start(engine, request, found)
    raise Unavailable(f"machine {request.name} could not be brought to run")


def find_all(engine: Engine, tags: Tags) -> list[MachineView]:
    """Every machine with these tags, in one call."""
    return [_view_of_summary(c) for c in engine.containers(labels.filters(tags, kind=OutsideKind.MACHINE))]


def _create(engine: Engine, request: MachineRequest, storage_root: str) -> None:
    """Make the container and what it needs. Where another was faster, the caller finds that one's."""
    image = images.find_node_image(engine, request.release)
    parts = labels.of(labels.PART, request.name, request.tags)
    found = facts.machine_facts(engine, image.image, parts)
    images.require_architecture(image, host.architecture(found))
    require_no_flavor(request.flavor)
    require_room(request, found)
    network = networks.require(engine, request.network)
    pools = storage.tenant_root(storage_root, request.tags)
    pools.mkdir(parents=True, exist_ok=True)
    engine.api.create_volume(blueprint.var_volume(request.name), labels=parts)
    _seed(engine, request, image)
    plan = blueprint.container(
        request,
        image.image,
        host.options(found),
        network,
        _free_address(engine, request, network),
        str(pools),
    )
    try:
        engine.api.create_container_from_config(plan, name=request.name)  # type: ignore[no-untyped-call]
    except APIError as error:
        if error.status_code != 409:
            raise
        time.sleep(_PAUSE)  # another makes it: its name is taken before it can be found


def _start(engine: Engine, request: MachineRequest, found: dict[str, Any]) -> None:
    """Start what is there. One that never ran gets images and keys first: its maker may have been killed."""
    facts.ensure_inotify()
    try:
        if found["State"]["Status"] == "created":
            _seed(engine, request, images.find_node_image(engine, request.release))
            engine.api.put_archive(found["Id"], "/", identity.archive(request.ssh_key, request.ssh_host_key))
        if found["State"]["Status"] == "paused":
            engine.api.unpause(found["Id"])
        engine.api.start(found["Id"])
    except NotFound:
        if engine.find_container(found["Id"]):
            raise  # it is not the container that is missing
    except APIError as error:
        if not failures.is_address_taken(error) or found["State"]["Status"] != "created":
            raise
        removal.remove_container(engine, found["Id"])  # it never ran: made anew, it gets another address


def _seed(engine: Engine, request: MachineRequest, image: images.NodeImage) -> None:
    parts = labels.of(labels.PART, request.name, request.tags)
    images.seed_volume(engine, image, blueprint.containerd_volume(request.name), parts)


def _free_address(engine: Engine, request: MachineRequest, network: dict[str, Any]) -> str:
    here = {"label": [f"{labels.KIND}={OutsideKind.MACHINE}", f"{labels.NETWORK}={request.network}"]}
    used = [container["Labels"][labels.ADDRESS] for container in engine.containers(here)]
    for address in machine_addresses(networks.subnet_of(network), request.name, used):
        return address
    raise QuotaExceeded(f"network {request.network} has no free address left")


def require_room(request: MachineRequest | Size, found: host.HostFacts) -> None:
    """QuotaExceeded when one machine is larger than the host. Together they may be: these are limits."""
    if request.cpu > found.cpus:
        raise QuotaExceeded(
            f"{request.cpu:g} cores are asked for, this host has {found.cpus}", field="machine.cpu"
        )
    if request.memory > found.memory:
        asked, has = quantity.human(request.memory), quantity.human(found.memory // 2**20 * 2**20)
        raise QuotaExceeded(f"{asked} memory are asked for, this host has {has}", field="machine.memory")


def _view_of(container: dict[str, Any]) -> MachineView:
    state, own = container["State"], container["Config"]["Labels"]
    status = state["Status"]
    said = state["Error"] or f"container is {status}, exit code {state['ExitCode']}"
    return _view(container["Id"], own, status, said)


def _view_of_summary(container: dict[str, Any]) -> MachineView:
    return _view(container["Id"], container["Labels"], container["State"], container["Status"])


def _view(id_: str, own: dict[str, str], status: str, said: str) -> MachineView:
    state = _STATES.get(status, MachineState.FAILED)
    message = "" if state is MachineState.RUNNING else said
    return MachineView(own[labels.NAME], id_, state, own[labels.ADDRESS], message, labels.tags_of(own))
