"""Completes names of objects in a shell by asking the server; silent when it cannot."""

from collections.abc import Callable

import click

from slipway.cli.app import App
from slipway.cli.errors import CliError
from slipway.cli.resources import Resource

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def names_of(resource: Resource) -> Complete:
    """For click's `shell_complete`."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        app = ctx.ensure_object(App)
        try:
            found = app.api.list(resource, app.tenant if resource.namespaced else "")
        except CliError:  # an error message in the middle of typing helps nobody
            return []
        names = [item["metadata"]["name"] for item in found.get("items", [])]
        return [name for name in names if name.startswith(incomplete)]

    return complete


def name_of(resource: Resource) -> click.Argument:
    """NAME of an object that is there."""
    return click.Argument(["name"], shell_complete=names_of(resource))


def names_argument(resource: Resource) -> click.Argument:
    """NAME... of objects that are there."""
    complete = names_of(resource)
    return click.Argument(["names"], nargs=-1, required=True, metavar="NAME...", shell_complete=complete)
