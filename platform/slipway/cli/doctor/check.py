"""What a check of this machine says."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # works, but slower or not everything
    MISSING = "missing"  # without it no cluster comes up


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor."""

    name: str
    level: Level
    found: str
    mend: str = ""  # a command or an instruction


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, found)


def missing(name: str, found: str, mend: str) -> Check:
    """Necessary and not there."""
    return Check(name, Level.MISSING, found, mend)


def warning(name: str, found: str, mend: str) -> Check:
    """Better if it were otherwise."""
    return Check(name, Level.WARNING, found, mend)


def output_of(command: Sequence[str], timeout: float = 10) -> str | None:
    """What a tool prints, or None if it is not there or fails."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
