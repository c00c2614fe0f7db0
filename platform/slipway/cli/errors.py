"""What is said when something goes wrong: one line, its causes, and an exit code a script can act on."""

from collections.abc import Mapping
from enum import IntEnum
from typing import IO, Any

import click

from slipway.cli.resources import NOUNS


class Exit(IntEnum):
    """The exit codes (docs/reference/exit-codes.md)."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    FORBIDDEN = 5
    TIMEOUT = 6
    UNREACHABLE = 7
    BLOCKED = 8
    INVALID = 9
    INTERRUPTED = 130


class CliError(click.ClickException):
    """An error for a person: `message` on one line, `details` one line each below it.

    A `temporary` one may pass by itself: whoever waits for something tries again for a while.
    """

    def __init__(
        self, message: str, *details: str, code: Exit = Exit.ERROR, reason: str = "", temporary: bool = False
    ) -> None:
        super().__init__(message)
        self.details = details
        self.exit_code = int(code)  # type: ignore[misc] # click reads it from the instance
        self.reason = reason
        self.temporary = temporary

    def show(self, file: IO[Any] | None = None) -> None:
        """Print to stderr, without a traceback."""
        click.echo(f"error: {self.message}", file=file, err=file is None)
        for line in self.details:
            click.echo(f"  {line}", file=file, err=file is None)


_BY_HTTP_CODE = {
    400: Exit.INVALID,
    401: Exit.FORBIDDEN,
    403: Exit.FORBIDDEN,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    422: Exit.INVALID,
    503: Exit.UNREACHABLE,
    504: Exit.TIMEOUT,
}


def from_status(http_code: int, status: Mapping[str, Any]) -> CliError:
    """The error that a `v1 Status` answer stands for; its causes become `field: message` lines."""
    causes = (status.get("details") or {}).get("causes") or []
    lines = [": ".join(filter(None, (c.get("field", ""), c.get("message", "")))) for c in causes]
    message = status.get("message") or f"the server answered {http_code}"
    # A single cause usually is the message over again.
    details = [line for line in lines if line and line not in message]
    about = status.get("details") or {}
    if http_code == 404 and about.get("name") and about.get("kind") in NOUNS:
        details.append(f"slipway {NOUNS[about['kind']]} list: those that there are")
    code = _BY_HTTP_CODE.get(http_code, Exit.ERROR)
    temporary = http_code >= 500 or http_code == 429
    return CliError(message, *details, code=code, reason=status.get("reason", ""), temporary=temporary)


def unreachable(url: str, why: str = "") -> CliError:
    """Nobody answers there."""
    details = [why] if why else []
    return CliError(
        f"Slipway does not answer at {url}: run `slipway up`", *details, code=Exit.UNREACHABLE, temporary=True
    )
