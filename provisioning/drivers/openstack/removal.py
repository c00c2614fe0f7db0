"""Deletes servers and volumes, and waits until they are gone."""

import time
from collections.abc import Callable
from typing import Any, Final

from provisioning.drivers.errors import Misconfigured, Unavailable
from provisioning.drivers.openstack import failures, machines, marks, ports
from provisioning.drivers.openstack.scope import Scope

_PATIENCE: Final = 100.0  # seconds; Nova itself waits up to 60 for a guest that does not shut down
_PAUSE: Final = 1.0
_DELETABLE: Final = ("available", "error", "error_deleting")
_GOING: Final = ("deleting", "soft-deleting")
_AGAIN: Final = 20.0  # seconds after which a server that is said to be going is told again


def delete_machine(scope: Scope, name: str) -> None:
    """The server with all that was made for it, even half.

    Nova hands a deletion to the server's host. Of one that was lost it learns after a minute: told again, it then
    deletes the server by itself, where otherwise it would wait for that host for ever.
    """
    again = 0.0

    def left() -> list[Any]:
        nonlocal again
        there, now = machines.servers(scope, name), time.monotonic()
        if due := now >= again:
            again = now + _AGAIN
        for server in there:
            if due or server.task_state not in _GOING:
                scope.compute.delete_server(server)
        return there

    _until_gone(f"machine {name}", left, lambda server: f"{server.status}, {_fault(server)}")
    ports.delete(scope, name)


def delete_volume(scope: Scope, name: str) -> None:
    """Volumes of that name that carry the mark of a cluster."""

    def left() -> list[Any]:
        there = [v for v in scope.volumes.volumes(details=True, name=name) if is_of_a_cluster(v)]
        for volume in there:
            if volume.status in _DELETABLE:
                scope.volumes.delete_volume(volume)
        return there

    _until_gone(f"volume {name}", left, lambda volume: str(volume.status), _require_not_stuck)


def is_of_a_cluster(volume: Any) -> bool:
    """Whether Slipway or a cluster's storage driver made it."""
    return bool(marks.volume_cluster(volume.metadata) or marks.read_metadata(volume.metadata).kind)


def _require_not_stuck(volume: Any) -> None:
    """Nobody but the cloud's operator can free a volume that Cinder believes to be in use."""
    if volume.status not in _DELETABLE and volume.status != "deleting":
        raise Misconfigured(
            f"volume {volume.name} is stuck in {volume.status} and cannot be deleted: reset its state, "
            f"as with openstack volume set --state error {volume.id}"
        )


def _until_gone(
    what: str,
    left: Callable[[], list[Any]],
    state: Callable[[Any], str],
    blame: Callable[[Any], None] = lambda _: None,
) -> None:
    deadline = time.monotonic() + _PATIENCE
    while there := left():
        if time.monotonic() > deadline:
            blame(there[0])
            raise Unavailable(f"{what} is still being deleted: {state(there[0])}")
        time.sleep(_PAUSE)


def _fault(server: Any) -> str:
    return failures.tidy(str((server.fault or {}).get("message") or server.task_state or "no task"))
