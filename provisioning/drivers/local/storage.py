"""Storage pools: directories of the host, each recorded by a Docker volume that a sweep finds by tag."""

import shutil
from pathlib import Path
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, StorageRequest, StorageView, Tags
from provisioning.drivers.errors import Conflict, Invalid, Misconfigured, QuotaExceeded
from provisioning.drivers.local import labels, removal
from provisioning.drivers.local.engine import Engine
from slipway.kernel import quantity

NODE_ROOT: Final = "/var/lib/slipway/storage"


def tenant_root(storage_root: str, tags: Tags) -> Path:
    """The directory that all machines of a tenant see, so that a pool made later appears in running ones."""
    tenant = tags.get("slipway/tenant", "")
    if not tenant or "/" in tenant or tenant.startswith("."):
        raise Invalid(f"{tenant!r} cannot name a directory", field="metadata.namespace")
    return Path(storage_root) / tenant


def ensure(engine: Engine, request: StorageRequest, storage_root: str) -> StorageView:
    """The pool's directory. The record comes first, so that no directory is ever without one."""
    path = tenant_root(storage_root, request.tags) / request.name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _require_room(path.parent, request.capacity)
    made = labels.of(OutsideKind.STORAGE, request.name, request.tags, path=str(path))
    record = engine.api.create_volume(_record_name(request.name), labels=made)
    if not labels.is_ours(record["Labels"], request.tags):
        raise Conflict(
            f"a Docker volume named {record['Name']} exists that is not Slipway's", field="metadata.name"
        )
    Path(record["Labels"][labels.PATH]).mkdir(parents=True, exist_ok=True)
    return StorageView(request.name, record["Name"], f"{NODE_ROOT}/{request.name}")


def delete(engine: Engine, name: str) -> None:
    """The directory with all that is in it, then its record."""
    record = engine.find_volume(_record_name(name))
    if record and labels.PATH in (record["Labels"] or {}):
        helpers = {"label": [f"{labels.KIND}={OutsideKind.STORAGE}", f"{labels.NAME}={name}"]}
        for helper in engine.containers(helpers):
            removal.remove_container(engine, helper["Id"])  # of an earlier try that was killed
        _remove_directory(engine, Path(record["Labels"][labels.PATH]), record)


def _remove_directory(engine: Engine, path: Path, record: dict[str, Any]) -> None:
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        pass  # an earlier try got this far
    except PermissionError:
        _remove_as_root(engine, path, record["Labels"])
    engine.api.remove_volume(record["Name"])


def _remove_as_root(engine: Engine, path: Path, made: dict[str, str]) -> None:
    """Pods write as root. Where Slipway is not, a container of any node image removes it."""
    present = engine.api.images("slipway-node", quiet=True)
    if not present:
        raise Misconfigured(f"{path} holds files of root: remove it as root")
    bind = f"{path.parent}:/pools"
    engine.run_helper(present[0], f"rm -rf '/pools/{path.name}'", labels=made, binds=[bind])


def _require_room(directory: Path, capacity: int) -> None:
    free = shutil.disk_usage(directory).free
    if capacity > free:
        raise QuotaExceeded(
            f"{quantity.human(capacity)} are asked for, {directory} has {quantity.human(free)} free",
            field="spec.capacity",
        )


def _record_name(name: str) -> str:
    return f"slipway-storage-{name}"
