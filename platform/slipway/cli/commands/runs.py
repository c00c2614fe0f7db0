"""`slipway runs`: Ansible executions and their logs."""

import click

from slipway.cli.app import App, pass_app
from slipway.cli.completing import names_of
from slipway.cli.errors import CliError, Exit
from slipway.cli.factory import noun
from slipway.cli.options import tenant_option
from slipway.cli.resources import RUN
from slipway.cli.waiting import Patience

runs = noun(RUN, "runs", help="Runs: Ansible executions. `logs` shows what they said.")


@runs.command()
@click.argument("name", shell_complete=names_of(RUN))
@click.option("-f", "--follow", is_flag=True, help="Go on until the run ends.")
@tenant_option
@pass_app
def logs(app: App, name: str, follow: bool) -> None:
    """Print the log of a run."""
    path = RUN.path(app.tenant, name, "log")
    printed = 0
    patience = Patience(app)
    while True:
        skip = printed
        with patience:
            for number, line in enumerate(app.api.lines(path, follow=follow)):
                if number >= skip:
                    click.echo(line)
                    printed += 1
            return
        if not follow:
            raise CliError("the connection was lost", code=Exit.UNREACHABLE)
        app.sleep(app.poll_seconds)  # the stream was cut: take it up where it ended
