"""Stable addresses: each is claimed by a Docker volume named after it, which the engine makes only once."""

from typing import Any

from docker.errors import NotFound

from provisioning.drivers.contract import AddressRequest, AddressView, OutsideKind
from provisioning.drivers.errors import Invalid, QuotaExceeded, Unavailable
from provisioning.drivers.local import labels, networks
from provisioning.drivers.local.engine import Engine
from provisioning.drivers.local.subnets import stable_addresses


def ensure(engine: Engine, request: AddressRequest) -> AddressView:
    """An address in the network that no machine and no other address gets."""
    if not request.network:
        raise Invalid("an address on this host lies in a network: name one", field="spec.network")
    if not _claims(engine, request.name):
        _claim(engine, request)
    # Two at once can claim two while a third gives one up: the lowest stays, whoever of them looks.
    first, *others = sorted(_claims(engine, request.name), key=lambda claim: str(claim["Name"]))
    for other in others:
        _remove(engine, other)
    return AddressView(request.name, first["Labels"][labels.ADDRESS], first["Name"])


def require(engine: Engine, name: str) -> str:
    """The address of that name; Unavailable when it is gone, since the next pass claims it again."""
    for claim in _claims(engine, name):
        return str(claim["Labels"][labels.ADDRESS])
    raise Unavailable(f"address {name} is not claimed on this host")


def delete(engine: Engine, name: str) -> None:
    for claim in _claims(engine, name):
        _remove(engine, claim)


def _claim(engine: Engine, request: AddressRequest) -> None:
    subnet = networks.subnet_of(networks.require(engine, request.network))
    for address in stable_addresses(subnet, request.name):
        notes = {"address": address, "network": request.network}
        wanted = labels.of(OutsideKind.ADDRESS, request.name, request.tags, **notes)
        # Making a volume that is there answers with the one that is there, and its labels.
        claim = engine.api.create_volume(f"{request.network}-{address}", labels=wanted)
        if claim["Labels"] == wanted:
            return
    raise QuotaExceeded(f"network {request.network} has no free address left", field="spec.network")


def _claims(engine: Engine, name: str) -> list[dict[str, Any]]:
    return engine.volumes({"label": [f"{labels.KIND}={OutsideKind.ADDRESS}", f"{labels.NAME}={name}"]})


def _remove(engine: Engine, claim: dict[str, Any]) -> None:
    try:
        engine.api.remove_volume(claim["Name"])
    except NotFound:
        return
