"""`slipway status`: server, workers and clusters at a glance."""

import json
from typing import Any

import click

from slipway.cli import process
from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError
from slipway.cli.options import output_option
from slipway.cli.output import as_yaml
from slipway.cli.resources import CLUSTER
from slipway.cli.snapshot import condition, is_true


@click.command()
@output_option
@pass_app
def status(app: App) -> None:
    """Say how the server, its workers and the clusters are."""
    found = {
        "server": app.access.server,
        "version": app.api.json("GET", "/version").get("gitVersion", ""),
        "processes": _processes(app),
        "checks": _checks(app),
        "clusters": _counts(app),
    }
    if app.output == "json":
        click.echo(json.dumps(found, indent=2))
    elif app.output == "yaml":
        click.echo(as_yaml(found), nl=False)
    else:
        _print(found)


def _processes(app: App) -> dict[str, int]:
    """Name and pid of the server's processes, if it is the one of this machine."""
    state = process.read_state(app.home)
    return state.processes if state and state.url == app.access.server else {}


def _checks(app: App) -> dict[str, str]:
    """The parts of the server by name: `ok`, or what is wrong; read from `[+]name ok` lines."""
    try:
        lines = app.api.text("/readyz", verbose="true").splitlines()
    except CliError as error:
        lines = list(error.details)
    checks = {}
    for line in lines:
        if line.startswith(("[+]", "[-]")):
            name, _, said = line[3:].partition(" ")
            checks[name] = said or ("ok" if line.startswith("[+]") else "failed")
    return checks


def _counts(app: App) -> dict[str, int]:
    """Clusters by how they are."""
    counts = {"total": 0, "ready": 0, "blocked": 0, "deleting": 0}
    for cluster in app.api.list(CLUSTER, "").get("items", []):
        counts["total"] += 1
        counts["deleting"] += bool(cluster["metadata"].get("deletionTimestamp"))
        counts["ready"] += is_true(condition(cluster, "Ready"))
        counts["blocked"] += is_true(condition(cluster, "Blocked"))
    return counts


def _print(found: dict[str, Any]) -> None:
    click.echo(f"server    {found['server']} ({found['version']})")
    for name, pid in found["processes"].items():
        click.echo(f"{name:<9} pid {pid}")
    for name, said in found["checks"].items():
        click.echo(f"{name:<9} {said}")
    clusters = found["clusters"]
    rest = [f"{clusters[key]} {key}" for key in ("ready", "blocked", "deleting") if clusters[key]]
    click.echo(f"clusters  {clusters['total']}" + (f" ({', '.join(rest)})" if rest else ""))
