"""Installs PostgreSQL and Redis where they are missing, without starting what the packages would start."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")  # packages ask it before they start a service; 101 means no
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")


def install_missing() -> None:
    """Install what is not there."""
    missing = []
    if not _postgres_folders():
        missing.append("postgresql")
    if not shutil.which("redis-server"):
        missing.append("redis-server")
    if missing:
        _install(missing)


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL's programs; Debian keeps it out of the PATH."""
    return _postgres_folders()[-1]


def _postgres_folders() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = shutil.which("initdb")
    return [p.parent for p in debian] or ([Path(found).resolve().parent] if found else [])


def _install(packages: list[str]) -> None:
    if not shutil.which("apt-get"):
        raise SystemExit(f"missing: {', '.join(packages)}; install them with your package manager")
    sys.stderr.write(f"installing {', '.join(packages)}\n")
    apt("update", "-qq")
    with _no_service_starts():
        if "postgresql" in packages:
            apt("install", "postgresql-common")
            with _no_first_cluster():
                apt("install", *packages)
        else:
            apt("install", *packages)


def apt(verb: str, *words: str) -> None:
    """Run apt-get as root; its output is only shown when it fails."""
    root = [] if os.geteuid() == 0 else ["sudo"]
    quiet = ["-qy", "--no-install-recommends"] if verb == "install" else []
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", verb, *quiet, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"apt-get {verb} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


@contextlib.contextmanager
def _no_service_starts() -> Iterator[None]:
    if POLICY.exists():  # a container's; whoever put it there has decided
        yield
        return
    _write(POLICY, "#!/bin/sh\nexit 101\n", "755")
    try:
        yield
    finally:
        _as_root("rm", "-f", str(POLICY))


@contextlib.contextmanager
def _no_first_cluster() -> Iterator[None]:
    """The package would make a cluster called main, and start it at the next boot."""
    before = CLUSTERS.read_text()
    _write(CLUSTERS, before + "\ncreate_main_cluster = false\n", "644")
    try:
        yield
    finally:
        _write(CLUSTERS, before, "644")


def _write(path: Path, text: str, mode: str) -> None:
    _as_root("tee", str(path), stdin=text)
    _as_root("chmod", mode, str(path))


def _as_root(*command: str, stdin: str = "") -> None:
    root = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*root, *command], input=stdin, text=True, check=True, stdout=subprocess.DEVNULL)
