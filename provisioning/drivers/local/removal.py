"""Removes a machine with all that was made for it, also while the engine is still busy making it."""

import time
from typing import Final

from docker.errors import APIError, NotFound

from provisioning.drivers.local import labels
from provisioning.drivers.local.engine import Engine

_PATIENCE: Final = 20.0  # seconds in which the engine ends what is under way
_PAUSE: Final = 0.1


def delete_machine(engine: Engine, name: str) -> None:
    """The machine and all that was made for it, even half. Killed: nobody waits for its services."""
    by_name = {"label": [labels.KIND, f"{labels.NAME}={name}"]}
    deadline = time.monotonic() + _PATIENCE
    while True:
        containers = engine.containers(by_name)
        for container in containers:
            remove_container(engine, container["Id"])
        parts = [v["Name"] for v in engine.volumes(by_name) if v["Labels"][labels.KIND] == labels.PART]
        # The engine makes a removed volume anew, without labels, for a create that it was busy with.
        mounted = [m["Name"] for c in containers for m in c["Mounts"] if m["Type"] == "volume"]
        try:
            return _remove_volumes(engine, {*parts, *mounted})
        except APIError as error:
            # 409: a container that was not listed yet has the volume. It will be.
            if error.status_code != 409 or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def remove_container(engine: Engine, id_: str) -> None:
    """Kill and remove it; returns when it is gone, whoever removed it."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return engine.api.remove_container(id_, force=True, v=True)
        except NotFound:
            return None
        except APIError as error:
            # 409: another removes it.
            if error.status_code != 409 or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def _remove_volumes(engine: Engine, names: set[str]) -> None:
    for name in names:
        try:
            engine.api.remove_volume(name)
        except NotFound:
            continue
