"""Networks: Docker bridges on subnets that nothing else on the host uses."""

import subprocess
import time
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final

from docker.errors import APIError, NotFound
from docker.types import IPAMConfig, IPAMPool

from provisioning.drivers.contract import NetworkRequest, NetworkView, OutsideKind
from provisioning.drivers.errors import Conflict, QuotaExceeded, Unavailable
from provisioning.drivers.local import failures, labels
from provisioning.drivers.local.engine import Engine
from provisioning.drivers.local.subnets import nat_subnets, routed_subnets
from provisioning.drivers.subnets import first_overlap, free_subnets, parse
from slipway.kernel.names import short_hash

_PATIENCE: Final = 3.0  # seconds until what another makes at the same time is listed


def ensure(engine: Engine, request: NetworkRequest, space: str) -> NetworkView:
    """The network of that name, made on the subnet asked for or on a free one."""
    wanted = parse(request.cidr) if request.cidr else None
    found = find(engine, request.name)
    if found is None:
        found = _create_or_adopt(engine, request, wanted, space)
    if not labels.is_ours(found["Labels"], request.tags):
        raise Conflict(
            f"a Docker network named {request.name} exists that is not Slipway's", field="metadata.name"
        )
    if wanted and wanted != subnet_of(found):
        raise Conflict(f"network {request.name} exists with {subnet_of(found)}", field="spec.cidr")
    return view(found)


def find(engine: Engine, name: str) -> dict[str, Any] | None:
    """The Docker network of exactly that name; the engine's own filter matches parts of names."""
    return next((n for n in engine.networks({"name": [name]}) if n["Name"] == name), None)


def require(engine: Engine, name: str) -> dict[str, Any]:
    """The Docker network of that name; Unavailable when it is gone, since the next pass makes it again."""
    if found := find(engine, name):
        return found
    raise Unavailable(f"network {name} does not exist on this host")


def view(network: dict[str, Any]) -> NetworkView:
    config = network["IPAM"]["Config"][0]
    return NetworkView(network["Name"], config["Subnet"], config["Gateway"], network["Id"])


def subnet_of(network: dict[str, Any]) -> IPv4Network:
    return IPv4Network(network["IPAM"]["Config"][0]["Subnet"])


def delete(engine: Engine, name: str) -> None:
    """Remove the network if it is ours; Conflict when a container still uses it."""
    found = find(engine, name)
    if found is None or labels.KIND not in found["Labels"]:
        return
    _drop_dead_endpoints(engine, found["Id"])
    try:
        engine.api.remove_network(found["Id"])
    except NotFound:
        return
    except APIError as error:
        if "active endpoints" not in str(error.explanation):
            raise
        raise Conflict(f"network {name} is still in use", foreign=str(error.explanation)) from error


def _create_or_adopt(
    engine: Engine, request: NetworkRequest, wanted: IPv4Network | None, space: str
) -> dict[str, Any]:
    try:
        return _create(engine, request, _candidates(engine, request.name, wanted, space))
    except Conflict:
        # What it collides with can be this very network, just being made by another.
        if found := _wait_for(engine, request.name):
            return found
        raise


def _create(engine: Engine, request: NetworkRequest, candidates: Iterator[IPv4Network]) -> dict[str, Any]:
    for subnet in candidates:
        try:
            _create_on(engine, request, subnet)
        except APIError as error:
            # A bridge's name is made from its network's, so that the engine refuses to make a network twice.
            twice = error.status_code == 409 or "bridge name" in str(error)
            if twice and (found := _wait_for(engine, request.name)):
                return found
            if not failures.is_subnet_taken(error):
                raise
            if request.cidr:
                raise failures.translate(error, f"use {subnet}", engine.data_root) from error
        else:
            return require(engine, request.name)
    raise QuotaExceeded("no free subnet is left in the provider's address space")


def _create_on(engine: Engine, request: NetworkRequest, subnet: IPv4Network) -> None:
    pool = IPAMPool(subnet=str(subnet), gateway=str(subnet[1]))
    notes = {"dns": " ".join(request.dns)}
    engine.api.create_network(
        request.name,
        driver="bridge",
        check_duplicate=True,
        ipam=IPAMConfig(pool_configs=[pool]),
        options={"com.docker.network.bridge.name": f"slw-{short_hash(request.name)}"},
        labels=labels.of(OutsideKind.NETWORK, request.name, request.tags, **notes),
    )


def _candidates(engine: Engine, name: str, wanted: IPv4Network | None, space: str) -> Iterator[IPv4Network]:
    """The wanted subnet, or free ones of the address space. Conflict says what is in the way."""
    if wanted is None:
        return free_subnets(
            IPv4Network(space), name, [net for nets in _taken(engine).values() for net in nets]
        )
    require_free(engine, wanted)
    return iter((wanted,))


def require_free(engine: Engine, wanted: IPv4Network) -> None:
    """Conflict says what is in the way."""
    if collision := first_overlap(wanted, _taken(engine)):
        raise Conflict(f"the network {wanted} overlaps {collision}", field="spec.cidr")


def _taken(engine: Engine) -> dict[str, list[IPv4Network]]:
    taken = {
        f"Docker network {network['Name']}": [
            IPv4Network(config["Subnet"])
            for config in network["IPAM"]["Config"] or []
            if ":" not in config.get("Subnet", ":")
        ]
        for network in engine.networks({})
    }
    taken["a route of this host"] = routed_subnets(_read_routes())
    taken["a NAT rule that a killed engine left"] = nat_subnets(_read_nat_rules())
    return taken


def _wait_for(engine: Engine, name: str) -> dict[str, Any] | None:
    deadline = time.monotonic() + _PATIENCE
    while (found := find(engine, name)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _drop_dead_endpoints(engine: Engine, id_: str) -> None:
    """A killed engine can keep endpoints of containers that are gone; they would hold the network."""
    try:
        attached = engine.api.inspect_network(id_)["Containers"] or {}
    except NotFound:
        return
    for container, endpoint in attached.items():
        if engine.find_container(container) is None:
            engine.api.disconnect_container_from_network(endpoint["Name"], id_, force=True)


def _read_routes() -> str:
    path = Path("/proc/net/route")
    return path.read_text() if path.exists() else ""


def _read_nat_rules() -> str:
    """Empty where it is not permitted to look, or where the engine filters without iptables."""
    try:
        command = ["iptables", "-t", "nat", "-S", "POSTROUTING"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
