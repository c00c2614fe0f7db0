"""Reads the host: the engine's documents and capabilities, and the inotify limits, which it raises."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docker.errors import APIError

from provisioning.drivers.local import host
from provisioning.drivers.local.engine import Engine

_PROC = Path("/proc")
_INOTIFY = _PROC / "sys/fs/inotify"
_probed: dict[str, host.HostFacts] = {}
_lock = threading.Lock()


def host_facts(engine: Engine) -> host.HostFacts:
    """Everything but whether a privileged container starts, which takes a container to know."""
    return host.facts_from(
        engine.info(), engine.api.version(), _engine_bounding_set() or _bounding_set("self")
    )


def machine_facts(engine: Engine, image: str, labels: Mapping[str, str]) -> host.HostFacts:
    """The facts that machines are made by. Kept: the host's nature does not change under the process."""
    with _lock:
        if engine.socket not in _probed:
            facts = host_facts(engine)
            host.require_supported(facts)
            if not _engine_bounding_set():
                # The engine runs where its process cannot be seen, such as beside this container: try.
                facts = replace(facts, privileged_works=_privileged_starts(engine, image, labels))
            _probed[engine.socket] = facts
        return _probed[engine.socket]


def ensure_inotify() -> None:
    """Raise the limits when they are too low; Misconfigured with the command when that is not permitted."""
    short = host.inotify_short({key: int(text) for key in host.INOTIFY if (text := _read(_INOTIFY / key))})
    for key, value in short.items():
        try:
            (_INOTIFY / key).write_text(str(value))
        except OSError as error:
            raise host.inotify_advice(short) from error


def _privileged_starts(engine: Engine, image: str, labels: Mapping[str, str]) -> bool:
    try:
        engine.run_helper(image, "true", labels=labels, binds=[], privileged=True)
    except APIError:
        return False
    return True


def _engine_bounding_set() -> int:
    """What every engine seen on this host may hand on; 0 when none is seen."""
    sets = [_bounding_set(p.parent.name) for p in _PROC.glob("[0-9]*/comm") if _read(p) == "dockerd"]
    common = sets[0] if sets else 0
    for one in sets[1:]:
        common &= one
    return common


def _bounding_set(pid: str) -> int:
    for line in _read(_PROC / pid / "status").splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0


def _read(path: Path) -> str:
    """The file's text; empty when it is not there, as for a process that has just ended."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
