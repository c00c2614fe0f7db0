"""What is behind the API and how it is: `/readyz?verbose`, line by line as kube-apiserver tells it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """One part. A part that is not well does not take the API away: only its database does."""

    well: bool
    text: str  # one line


Check = Callable[[], Health]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a part; checks have to be quick."""
    _checks[name] = check


def report() -> list[str]:
    """`[+]name text` for what is well, `[-]name text` for what is not."""
    found = [(name, check()) for name, check in _checks.items()]
    return [f"[{'+' if health.well else '-'}]{name} {health.text}" for name, health in found]
