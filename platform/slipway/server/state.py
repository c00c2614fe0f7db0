"""What a running server says of itself: a lock that only the living hold, and a small file beside it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

LOCK = "slipway.lock"
STATE = "state.json"


@dataclass
class State:
    """The content of the state file, JSON. It is only to be believed while the lock is held."""

    pid: int
    url: str
    started: str
    ready: bool = False
    processes: dict[str, int] = field(default_factory=dict)  # name → pid

    def write(self, home: Path) -> None:
        """Replace the file at once: a reader never sees half of it."""
        draft = home / f".{STATE}.new"
        draft.write_text(json.dumps(asdict(self)) + "\n")
        draft.replace(home / STATE)


class AlreadyRunning(Exception):  # noqa: N818 - it is no error: a second `up` ends well
    """Another supervisor holds the lock of this home."""

    def __init__(self, state: State | None) -> None:
        super().__init__("a server is already running here")
        self.state = state


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock. The kernel lets go of it when the process dies, however it dies."""
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_read(home)) from None
        (home / STATE).unlink(missing_ok=True)  # left by one that was killed
        yield
        (home / STATE).unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _read(home: Path) -> State | None:
    try:
        return State(**json.loads((home / STATE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None  # it has only just taken the lock
