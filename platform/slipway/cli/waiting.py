"""Waiting for the server, with a deadline and without a busy loop."""

from collections.abc import Iterator

from slipway.cli.app import App
from slipway.cli.errors import CliError, Exit
from slipway.cli.resources import Resource

_PATIENCE = 30.0  # a server that is restarted meanwhile is no reason to give up a wait


def ticks(app: App, timeout: float, what: str) -> Iterator[float]:
    """The seconds since the start, once per poll, until the deadline: then a timeout error (exit 6)."""
    start = app.clock()
    while (elapsed := app.clock() - start) <= timeout:
        yield elapsed
        app.sleep(app.poll_seconds)
    message = f"{what} took longer than {timeout:.0f} s; it goes on by itself"
    raise CliError(message, code=Exit.TIMEOUT)


def until_gone(app: App, resource: Resource, tenant: str, name: str, timeout: float) -> None:
    """Until the object answers 404."""
    patience = Patience(app)
    for _ in ticks(app, timeout, f"deleting {resource.singular} {name}"):
        with patience:
            if app.api.find(resource, tenant, name) is None:
                return


class Patience:
    """Swallows temporary errors for a while: a web process may be lost at any time and come back."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._since: float | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if error is None:
            self._since = None
        if not isinstance(error, CliError) or not error.temporary:
            return False
        self._since = self._app.clock() if self._since is None else self._since
        return self._app.clock() - self._since < _PATIENCE
