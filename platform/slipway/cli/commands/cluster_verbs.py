"""`slipway cluster watch`, `scale`, `delete` and `ledger`."""

from collections.abc import Sequence
from typing import Any

import click

from slipway.cli import ledger as ledgers
from slipway.cli.app import App, pass_app
from slipway.cli.commands.cluster_create import workers_of
from slipway.cli.completing import names_of
from slipway.cli.errors import CliError, Exit
from slipway.cli.options import output_option, tenant_option, timeout_option
from slipway.cli.output import print_document, print_done
from slipway.cli.ready import until_ready
from slipway.cli.resources import CLUSTER, NODE_POOL


@click.command()
@click.argument("name", shell_complete=names_of(CLUSTER))
@tenant_option
@timeout_option("1h")
@pass_app
def watch(app: App, name: str, timeout: float) -> None:
    """Show a cluster's progress until it is Ready."""
    until_ready(app, app.tenant, name, timeout)


@click.command()
@click.argument("name", shell_complete=names_of(CLUSTER))
@click.option("--workers", type=click.IntRange(min=0), help="Size of the worker pool.")
@click.option("--pool", help="Which pool. [default: NAME-workers]")
@click.option("--control-planes", type=int, help="1, 3 or 5.")
@click.option("--wait", is_flag=True, help="Show the progress and return when the cluster is Ready.")
@timeout_option("15m")
@tenant_option
@output_option
@pass_app
def scale(
    app: App,
    name: str,
    workers: int | None,
    pool: str | None,
    control_planes: int | None,
    wait: bool,
    timeout: float,
) -> None:
    """Change how many workers or control planes a cluster has."""
    if workers is None and control_planes is None:
        raise click.UsageError("give --workers or --control-planes")
    tenant = app.tenant
    if control_planes is not None:
        change: dict[str, Any] = {"spec": {"controlPlane": {"replicas": control_planes}}}
        print_done(app, CLUSTER, app.api.patch(CLUSTER, tenant, name, change), "scaled")
    if workers is not None:
        target = pool or workers_of(name)
        change = {"spec": {"replicas": workers}}
        print_done(app, NODE_POOL, app.api.patch(NODE_POOL, tenant, target, change, sub="scale"), "scaled")
    if wait:
        until_ready(app, tenant, name, timeout)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=names_of(CLUSTER))
@click.option("--wait", is_flag=True, help="Return when it is gone and print the deletion ledger.")
@timeout_option("10m")
@tenant_option
@output_option
@pass_app
def delete(app: App, names: Sequence[str], wait: bool, timeout: float) -> None:
    """Delete clusters and everything that was made for them."""
    tenant = app.tenant
    going = [app.api.get(CLUSTER, tenant, name) for name in names]
    for cluster in going:
        app.api.delete(CLUSTER, tenant, cluster["metadata"]["name"], uid=cluster["metadata"]["uid"])
        app.say(f"{CLUSTER.full_name(cluster['metadata']['name'])} is being deleted")
    for cluster in going if wait else ():
        closing = ledgers.until_deleted(app, tenant, cluster, timeout)
        app.say(f"{CLUSTER.full_name(cluster['metadata']['name'])} is gone: {closing}")
        if not closing.endswith(" 0 left"):
            raise CliError("something outside was left over", code=Exit.ERROR)


@click.command()
@click.argument("name", shell_complete=names_of(CLUSTER))
@click.option("--evidence", is_flag=True, help="Show why machines failed, and the end of their consoles.")
@tenant_option
@output_option
@pass_app
def ledger(app: App, name: str, evidence: bool) -> None:
    """Show everything outside that was made for a cluster, and its end."""
    found = ledgers.read(app, app.tenant, name)
    if app.structured:
        print_document(app, CLUSTER, {"metadata": {"name": name}, **found})
        return
    if evidence:
        click.echo(ledgers.evidence(found) or f"No machine of cluster {name} failed at its provider.")
        return
    click.echo(ledgers.table(found))
    click.echo(ledgers.summary(found))
