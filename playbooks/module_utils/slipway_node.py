"""What every module does on a node: hold its lock, change files atomically, run programs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOCK = Path("/run/lock/slipway.lock")
STATE = Path("/var/lib/slipway-node")
KUBERNETES = Path("/etc/kubernetes")


class NodeError(Exception):
    """A step failed on this node; the message is what a person should read."""


class Node:
    """Collects what changed; in check mode it changes nothing but says what it would."""

    def __init__(self, *, check: bool = False) -> None:
        self.check = check
        self.changes: list[str] = []

    @contextlib.contextmanager
    def locked(self, patience: float = 300) -> Iterator[None]:
        """Keep out a run orphaned by a killed worker: two of them must never interleave on one node."""
        LOCK.parent.mkdir(parents=True, exist_ok=True)
        with LOCK.open("a") as handle:
            wait_until(lambda: _try_lock(handle.fileno()), patience, "another run to leave this node")
            yield

    def place(self, path: Path, content: bytes, mode: int = 0o644) -> bool:
        """Make `path` hold exactly `content`; readers see the old or the new file, never a half."""
        if path.is_file() and path.stat().st_mode & 0o777 == mode and path.read_bytes() == content:
            return False
        self.changes.append(f"wrote {path}")
        if not self.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content, mode)
        return True

    def remove(self, path: Path) -> bool:
        if not (path.exists() or path.is_symlink()):
            return False
        self.changes.append(f"removed {path}")
        if not self.check:
            path.unlink()
        return True

    def change(self, what: str, *argv: str, timeout: float = 300) -> str:
        """Run a program that changes the node."""
        self.changes.append(what)
        return "" if self.check else run(*argv, timeout=timeout)

    @property
    def result(self) -> dict[str, object]:
        return {"changed": bool(self.changes), "msg": ", ".join(self.changes)}


def write_atomically(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.slipway")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as handle:
        os.fchmod(descriptor, mode)
        handle.write(content)
        handle.flush()
        os.fsync(descriptor)
    draft.replace(path)


def run(*argv: str, timeout: float = 300, stdin: str = "") -> str:
    """Standard output of a program; a failure carries the end of what it said."""
    try:
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as late:
        raise NodeError(f"{' '.join(argv[:4])} did not end within {timeout:.0f} s") from late
    except OSError as missing:
        raise NodeError(f"{argv[0]} cannot be run: {missing}") from missing
    if done.returncode:
        said = gist(done.stderr.strip() or done.stdout.strip())
        raise NodeError(f"{' '.join(argv[:4])} ended with {done.returncode}: {said}")
    return done.stdout


def gist(said: str) -> str:
    """The lines that are called errors, since kubeadm and etcdctl surround them with pages of warnings."""
    marked = re.compile(r"\s*(error:|\[ERROR)", re.IGNORECASE)
    errors = [line.strip() for line in said.splitlines() if marked.match(line)]
    return ("; ".join(errors) or said)[-1500:]


def succeeds(*argv: str, timeout: float = 30) -> bool:
    try:
        run(*argv, timeout=timeout)
    except NodeError:
        return False
    return True


def active(unit: str) -> bool:
    return succeeds("systemctl", "is-active", "--quiet", unit)


def active_units(names: list[str]) -> set[str]:
    """Those of `names` that run, asked in one call."""
    if not names:
        return set()
    states = subprocess.run(["systemctl", "is-active", *names], capture_output=True, text=True, check=False)
    return {name for name, state in zip(names, states.stdout.split(), strict=True) if state == "active"}


def wait_until(ready: Callable[[], bool], patience: float, what: str, pause: float = 0.1) -> None:
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise NodeError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(pause)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
