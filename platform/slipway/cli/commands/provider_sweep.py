"""`slipway provider sweep`: what lies at a provider and belongs to nothing any more; removed on request."""

from itertools import groupby
from typing import Any

import click

from slipway.cli.app import App, pass_app
from slipway.cli.completing import names_of
from slipway.cli.errors import CliError
from slipway.cli.options import output_option
from slipway.cli.output import age, columns, print_document
from slipway.cli.resources import PROVIDER

Document = dict[str, Any]
_PATIENCE = 900.0  # seconds: clouds take a minute for a server, and eight are removed at once
_HEADER = ("KIND", "NAME", "TENANT", "CLUSTER", "AGE", "WHY")


@click.command()
@click.argument("name", shell_complete=names_of(PROVIDER))
@click.option("--remove", is_flag=True, help="Remove what is listed, after a question.")
@click.option("--yes", is_flag=True, help="Ask no question.")
@output_option
@pass_app
def sweep(app: App, name: str, remove: bool, yes: bool) -> None:
    """List what lies at a provider, is Slipway's, and belongs to no object any more.

    Nothing is removed unless --remove says so, and then only what was listed.

    \b
    slipway provider sweep cloud
    slipway provider sweep cloud --remove
    """
    if yes and not remove:
        raise click.UsageError("--yes answers the question of --remove")
    found = app.api.get(PROVIDER, "", name, sub="orphans")
    if not remove:
        _print(app, found)
        return
    orphans = found["items"]
    if app.structured and not yes:
        raise click.UsageError("--remove asks a question: give --yes where a program reads the answer")
    if orphans and not yes:
        _print(app, found)
        click.confirm(f"Remove {_number(orphans)} for ever?", abort=True)
    _remove(app, name, orphans)


def _remove(app: App, name: str, orphans: list[Document]) -> None:
    """Kind after kind, as listed: what goes first is said first, and the server looks anew before each."""
    done: list[Document] = []
    for _, some in groupby(orphans, lambda one: one["kind"]):
        wanted = {"items": [{"kind": one["kind"], "name": one["name"]} for one in some]}
        for said in app.api.post(PROVIDER, "", name, "orphans", wanted, patience=_PATIENCE)["items"]:
            end = "removed" if said["removed"] else f"stayed: {said['reason']}"
            app.remark(f"{said['kind']} {said['name']} {end}")
            done.append(said)
    stayed = [one for one in done if not one["removed"]]
    if app.structured:
        _print_document(app, {"kind": "OrphanList", "metadata": {"name": name}, "items": done})
    else:
        click.echo(f"{len(done) - len(stayed)} removed, {len(stayed)} stayed")
    if stayed:
        raise CliError(
            f"{_number(stayed)} stayed", *(f"{o['kind']} {o['name']}: {o['reason']}" for o in stayed)
        )


def _print(app: App, found: Document) -> None:
    if app.structured:
        _print_document(app, found)
        return
    orphans = found["items"]
    if not orphans:
        app.remark(f"Nothing at provider {found['metadata']['name']} is left over.")
        return
    rows = [
        (o["kind"], o["name"], o["tenant"], o["cluster"], age(o["createdAt"] or ""), o["reason"])
        for o in orphans
    ]
    click.echo(columns(_HEADER, rows))
    app.remark(f"{_number(orphans)}. Remove: slipway provider sweep {found['metadata']['name']} --remove")


def _print_document(app: App, found: Document) -> None:
    if app.output == "name":
        for one in found["items"]:
            click.echo(f"{one['kind']}/{one['name']}")
    else:
        print_document(app, PROVIDER, found)


def _number(orphans: list[Document]) -> str:
    return "1 object" if len(orphans) == 1 else f"{len(orphans)} objects"
