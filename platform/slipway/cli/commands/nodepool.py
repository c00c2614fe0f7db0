"""`slipway nodepool`: workers of a cluster that are alike."""

import click

from slipway.cli import fields
from slipway.cli.app import App, pass_app
from slipway.cli.completing import names_of
from slipway.cli.factory import create_command, delete_command, noun
from slipway.cli.fields import MACHINE, Field
from slipway.cli.options import output_option, tenant_option
from slipway.cli.output import print_done
from slipway.cli.resources import NODE_POOL

_FIELDS = (
    Field("--cluster", "clusterName", "The cluster that the workers join.", required=True),
    Field("--replicas", "replicas", "How many workers.", type=click.IntRange(min=0), default=1),
    *MACHINE,
    Field(
        "--label", "labels", "Label of the nodes, k=v; may be repeated.", multiple=True, parse=fields.texts
    ),
    Field(
        "--taint",
        "taints",
        "Taint of the nodes, k=v:Effect; may be repeated.",
        multiple=True,
        parse=fields.taints,
    ),
)


@click.command()
@click.argument("name", shell_complete=names_of(NODE_POOL))
@click.option("--replicas", type=click.IntRange(min=0), required=True, help="How many workers.")
@tenant_option
@output_option
@pass_app
def scale(app: App, name: str, replicas: int) -> None:
    """Change how many workers a pool has."""
    change = {"spec": {"replicas": replicas}}
    print_done(app, NODE_POOL, app.api.patch(NODE_POOL, app.tenant, name, change, sub="scale"), "scaled")


nodepool = noun(NODE_POOL, "nodepool", help="Node pools: workers of a cluster that are alike.")
nodepool.add_command(create_command(NODE_POOL, _FIELDS))
nodepool.add_command(scale)
nodepool.add_command(delete_command(NODE_POOL))
