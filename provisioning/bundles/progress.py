"""How long work tells what it does."""

from collections.abc import Callable

Progress = Callable[[str], None]


def silent(_line: str) -> None:
    """For callers that want no progress."""
