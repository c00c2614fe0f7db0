"""What the kernel of this machine has to allow."""

from pathlib import Path

from slipway.cli.doctor.check import Check, missing, ok, warning

_INOTIFY = Path("/proc/sys/fs/inotify")
ENOUGH = {"max_user_instances": 1024, "max_user_watches": 65536}


def checks() -> list[Check]:
    """inotify limits."""
    return [inotify_check(name, _number(_INOTIFY / name)) for name in ENOUGH]


def capabilities(status: str | None = None) -> int:
    """The bounding set of this process (of the text of /proc/self/status)."""
    text = Path("/proc/self/status").read_text() if status is None else status
    for line in text.splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0


def inotify_check(name: str, found: int | None) -> Check:
    """Kubelets of all machines share it: when it runs out they crash-loop and nothing says why."""
    label = f"inotify {name.removeprefix('max_user_')}"
    if found is None:
        return warning(label, "cannot be read", f"sysctl fs.inotify.{name}")
    if found >= ENOUGH[name]:
        return ok(label, str(found))
    mend = f"sysctl -w fs.inotify.{name}={ENOUGH[name] * 8}"
    return missing(label, f"{found} is too low for several nodes", mend)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
