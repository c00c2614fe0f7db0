"""`slipway machines`: what clusters run on."""

import click

from slipway.cli.app import App, pass_app
from slipway.cli.completing import names_of
from slipway.cli.factory import delete_command, noun
from slipway.cli.options import tenant_option
from slipway.cli.resources import MACHINE

machines = noun(MACHINE, "machines", help="Machines that clusters run on. Slipway makes and replaces them.")
machines.add_command(
    delete_command(
        MACHINE,
        help="Replace a machine: it is drained and removed, and a new one takes its place.",
        verb="is being replaced",
    )
)


@machines.command()
@click.argument("name", shell_complete=names_of(MACHINE))
@tenant_option
@pass_app
def console(app: App, name: str) -> None:
    """Print the end of what a machine's console shows."""
    for line in app.api.lines(MACHINE.path(app.tenant, name, "console"), follow=False):
        click.echo(line)
