"""`slipway version`."""

import json
from importlib import metadata

import click

from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError
from slipway.cli.options import output_option
from slipway.cli.output import as_yaml


@click.command()
@click.option("--client", is_flag=True, help="Only this command's version: asks no server.")
@output_option
@pass_app
def version(app: App, client: bool) -> None:
    """Print the versions of this command and the server."""
    found = {"client": metadata.version("slipway")}
    if not client:
        found["server"] = _server_version(app)
    if app.output == "json":
        click.echo(json.dumps(found))
    elif app.output == "yaml":
        click.echo(as_yaml(found), nl=False)
    else:
        for side, text in found.items():
            click.echo(f"{side}: {text}")


def _server_version(app: App) -> str:
    try:
        return str(app.api.json("GET", "/version").get("gitVersion", "unknown"))
    except CliError as error:
        return f"no answer ({error.message})"
