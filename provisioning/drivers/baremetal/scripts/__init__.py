"""What is run on hosts, as they are before anything was installed: plain shell. Each script says what it does."""

from functools import cache
from pathlib import Path

_LOCKED = "exec 9> /run/lock/slipway-host.lock; flock -w 300 9 || exit 75\n"


@cache
def script(name: str) -> str:
    """The text of a script."""
    return (Path(__file__).parent / f"{name}.sh").read_text()


def locked(name: str) -> str:
    """The same, alone on its host: an orphan of a killed worker ends first, so that two never interleave."""
    return _LOCKED + script(name)
