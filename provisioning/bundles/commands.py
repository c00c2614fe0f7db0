"""Runs the tools that a build needs; what goes wrong becomes an error that says what to do."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from slipway.kernel.errors import Actor, SlipwayError

APT_PACKAGES = {"go": "golang-go", "mmdebstrap": "mmdebstrap", "apt-get": "apt", "qemu-img": "qemu-utils"}
FOREIGN_LINES = 15  # enough of a tool's last words to see the cause


def find_tool(name: str, cache: Path) -> str:
    """The tool's path: what scripts/setup-host.sh put into the cache comes before the system's own."""
    search = os.pathsep.join([str(cache / "bin"), os.environ.get("PATH", os.defpath), "/usr/local/go/bin"])
    found = shutil.which(name, path=search)
    if found:
        return found
    raise SlipwayError(
        "ToolMissing",
        f"{name} is needed to build a bundle and is not there; run scripts/setup-host.sh, "
        f"or: apt-get install {APT_PACKAGES.get(name, name)}",
        actor=Actor.OPERATOR,
    )


def run(
    argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, what: str = ""
) -> str:
    """Standard output of the command; BundleBuildFailed with its last words when it fails."""
    done = subprocess.run(
        list(argv), cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return done.stdout
    said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-FOREIGN_LINES:])
    if "no space left on device" in said.lower():
        raise disk_full(cwd or Path.cwd(), said)
    raise SlipwayError(
        "BundleBuildFailed",
        f"{what or Path(argv[0]).name} failed with exit code {done.returncode}",
        actor=Actor.OPERATOR,
        foreign=said,
    )


def disk_full(where: Path, foreign: str = "") -> SlipwayError:
    """The error for a disk without room, with what is left on it."""
    free = shutil.disk_usage(where).free >> 20
    return SlipwayError(
        "DiskFull",
        f"no room left for a bundle: {free} MiB free at {where}; a bundle takes 1.3 GiB there, Go's caches "
        "6 GiB in the home directory. Free some, or name another place: SLIPWAY_CACHE, GOCACHE, GOMODCACHE",
        actor=Actor.OPERATOR,
        foreign=foreign,
    )


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """A full disk met by our own writes is told like one met by a tool."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(where, str(error)) from error
        raise
