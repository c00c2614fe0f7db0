"""`slipway up` and `slipway down`: the server of this machine."""

import os
import subprocess
from pathlib import Path

import click

from slipway.cli import process
from slipway.cli.access import read_access
from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError, Exit
from slipway.cli.options import timeout_option
from slipway.cli.waiting import ticks


@click.command()
@click.option("--foreground", is_flag=True, help="Stay in this terminal; Ctrl-C stops it.")
@timeout_option("90s")
@pass_app
def up(app: App, foreground: bool, timeout: float) -> None:
    """Start Slipway on this machine: API, worker and a database, in the background."""
    running = process.read_state(app.home)
    if running and foreground:
        raise CliError(f"Slipway runs already at {running.url} (pid {running.pid})", code=Exit.CONFLICT)
    if foreground:
        os.execv(app.server_command[0], list(app.server_command))  # noqa: S606 - our own interpreter
    if running and _answers(app):
        click.echo(f"Slipway runs already at {running.url} (pid {running.pid}).")
        return
    log = app.home / "log/server.log"
    offset = log.stat().st_size if log.exists() else 0
    child = None if running else process.spawn(app.server_command, log)
    _wait_until_ready(app, child, log, offset, timeout)
    _say_what_next(app)


@click.command()
@timeout_option("60s")
@pass_app
def down(app: App, timeout: float) -> None:
    """Stop the Slipway of this machine. Clusters go on running; nothing is lost."""
    running = process.read_state(app.home)
    if running is None:
        click.echo("Slipway is not running.")
        return
    ended = process.terminate(running.pid)
    try:
        for _ in ticks(app, timeout, "stopping"):
            if ended():
                break
    except CliError:
        hint = f"to end it at once: kill -9 {running.pid} (the next `slipway up` goes on where it stopped)"
        raise CliError(
            f"pid {running.pid} has not ended after {timeout:.0f} s", hint, code=Exit.TIMEOUT
        ) from None
    click.echo(f"Slipway at {running.url} has stopped.")


def _wait_until_ready(
    app: App, child: "subprocess.Popen[bytes] | None", log: Path, offset: int, timeout: float
) -> None:
    """Until https answers; a server that ended says why instead."""
    try:
        for _ in ticks(app, timeout, "starting"):
            if process.read_state(app.home) and _answers(app):
                return
            _check_alive(child, log, offset)
    except KeyboardInterrupt:
        if child:
            process.terminate(child.pid)
        raise
    except CliError as error:
        if error.exit_code == Exit.TIMEOUT:
            lines = process.reason_from(log, offset)
            raise CliError("Slipway does not answer yet", *lines, f"log: {log}", code=Exit.TIMEOUT) from None
        raise


def _check_alive(child: "subprocess.Popen[bytes] | None", log: Path, offset: int) -> None:
    """With code 0 it has left the work to another one that starts just now."""
    if child and child.poll():
        reason = process.reason_from(log, offset) or [f"it ended with code {child.returncode}"]
        raise CliError("Slipway did not start", *reason, f"log: {log}")


def _answers(app: App) -> bool:
    """Whether the server of this machine says that it is ready, with the CA it wrote."""
    from slipway.cli.client import Api

    path = app.home / "admin.kubeconfig"
    try:
        return path.is_file() and Api(read_access(path)).text("/readyz").strip().startswith("ok")
    except CliError:
        return False


def _say_what_next(app: App) -> None:
    state = process.read_state(app.home)
    kubeconfig = app.home / "admin.kubeconfig"
    click.echo(f"Slipway answers at {state.url if state else '?'}")
    click.echo(f"kubeconfig  {kubeconfig}")
    click.echo(f"web page    the same address; user admin, password in {app.home / 'admin.password'}")
    click.echo(f"log         {app.home / 'log/server.log'}")
    click.echo("")
    click.echo("What to try next:")
    click.echo("  slipway provider create local --driver local")
    click.echo("  slipway tenant create demo --token me")
    click.echo("  slipway cluster create web -n demo --control-planes 3 --workers 2 --wait")
    click.echo(f"  kubectl --kubeconfig {kubeconfig} get clusters -A")
