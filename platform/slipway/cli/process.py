"""The server process of this machine: its state file, whether it lives, starting and ending it."""

import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

MODULE = "slipway.server"


@dataclass(frozen=True, slots=True)
class State:
    """What a running server wrote about itself."""

    pid: int
    url: str
    processes: dict[str, int]  # name → pid


def read_state(home: Path) -> State | None:
    """The state file, if a server wrote one and that server still lives."""
    try:
        document = json.loads((home / "state.json").read_text())
        state = State(int(document["pid"]), str(document["url"]), dict(document.get("processes") or {}))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return state if is_server(state.pid) else None


def is_server(pid: int) -> bool:
    """Whether that process is a Slipway server: pids are reused, and we never signal a stranger."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return MODULE.encode() in command and state != "Z"


def spawn(command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """Start it in a session of its own, so that closing the terminal does not end it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )


def terminate(pid: int) -> Callable[[], bool]:
    """Ask it to end; whether it has, by a handle on that very process.

    Looking at /proc would not do: a process that exits loses its command line some time before it is gone.
    """
    try:
        handle = os.pidfd_open(pid)
        signal.pidfd_send_signal(handle, signal.SIGTERM)
    except ProcessLookupError:
        return lambda: True
    return lambda: bool(select.select([handle], [], [], 0)[0])


def reason_from(log: Path, offset: int, lines: int = 5) -> list[str]:
    """The last lines of the log after `offset`, with each traceback cut down to the exception it ends in."""
    with log.open("rb") as file:
        file.seek(offset)
        written = file.read().decode(errors="replace").splitlines()
    kept, inside = [], False
    for line in written:
        if line.startswith("Traceback "):
            inside = True
        elif not inside or (line and not line.startswith(" ")):
            inside = False
            kept.append(line)
    return [line for line in kept if line.strip()][-lines:]
