"""`slipway doctor`: one line per check, with the command that mends it."""

import json
import os
from dataclasses import asdict

import click

from slipway.cli.app import App, pass_app
from slipway.cli.doctor import capacity, engine, files, kernel, leftovers, reach, tools
from slipway.cli.doctor.check import Check, Level
from slipway.cli.errors import Exit
from slipway.cli.options import output_option
from slipway.cli.output import as_yaml

_MARKS = {Level.OK: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.MISSING: ("✗", "red")}


@click.command()
@output_option
@click.pass_context
@pass_app
def doctor(app: App, ctx: click.Context) -> None:
    """Say what is missing on this machine and how to mend it (exit 1 if it is necessary)."""
    checks = examine(app)
    if app.output == "json":
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    elif app.output == "yaml":
        click.echo(as_yaml([json.loads(json.dumps(asdict(check))) for check in checks]), nl=False)
    else:
        _print(checks)
    ctx.exit(Exit.ERROR if any(check.level is Level.MISSING for check in checks) else Exit.OK)


def examine(app: App) -> list[Check]:
    """Every check, from the machine up."""
    info = engine.read()
    port = int(os.environ.get("SLIPWAY_PORT") or "7443")
    answers = info is not None
    return [
        *tools.checks(),
        *engine.checks(info, kernel.capabilities()),
        *kernel.checks(),
        *capacity.checks(app.home, port),
        *files.checks(engine_answers=answers),
        *tools.build_checks(files.cache(), upstream_reachable=reach.upstream()),
        *leftovers.checks(engine_answers=answers),
    ]


def _print(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark, colour = _MARKS[check.level]
        click.echo(f"{click.style(mark, fg=colour)} {check.name:<{width}}  {check.found}")
        if check.mend:
            click.echo(f"  {'':<{width}}  → {check.mend}")
