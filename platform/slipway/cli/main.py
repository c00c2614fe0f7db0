"""The `slipway` command: the table of its commands and the options before them."""

import click

from slipway.cli.app import App
from slipway.cli.lazy import LazyGroup
from slipway.cli.options import connection_options

_COMMANDS = {
    "up": ("slipway.cli.commands.server:up", "Start Slipway on this machine."),
    "down": ("slipway.cli.commands.server:down", "Stop the Slipway of this machine."),
    "status": ("slipway.cli.commands.status:status", "Say how the server, its workers and the clusters are."),
    "doctor": (
        "slipway.cli.commands.doctor:doctor",
        "Say what is missing on this machine and how to mend it.",
    ),
    "login": ("slipway.cli.commands.login:login", "Store and check the way to a Slipway server."),
    "tenant": ("slipway.cli.commands.tenant:tenant", "Tenants: the customers of this Slipway."),
    "provider": ("slipway.cli.commands.provider:provider", "Providers: clouds, regions and host pools."),
    "host": ("slipway.cli.commands.host:host", "Hosts: machines that you own, for baremetal providers."),
    "cluster": ("slipway.cli.commands.cluster:cluster", "Kubernetes clusters."),
    "nodepool": ("slipway.cli.commands.nodepool:nodepool", "Node pools: the workers of a cluster."),
    "machines": ("slipway.cli.commands.machines:machines", "Machines that clusters run on."),
    "runs": ("slipway.cli.commands.runs:runs", "Ansible runs and their logs."),
    "network": ("slipway.cli.commands.simple:network", "Networks that clusters share or own."),
    "floatingip": ("slipway.cli.commands.simple:floatingip", "Floating IPs: addresses of clusters."),
    "storagepool": ("slipway.cli.commands.simple:storagepool", "Storage pools: storage classes of clusters."),
    "release": ("slipway.cli.commands.simple:release", "Kubernetes versions on offer."),
    "bundle": ("slipway.cli.commands.bundle:bundle", "Bundles: the files of a Kubernetes release."),
    "completion": ("slipway.cli.commands.completion:completion", "Print the shell's completion script."),
    "version": ("slipway.cli.commands.version:version", "Print the versions of this command and the server."),
}


@click.group(
    cls=LazyGroup,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@connection_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Kubernetes as a Service on machines of your own.

    Every command talks to the same API as kubectl does. Start with `slipway up`, then
    `slipway cluster create web --workers 2 --wait`.
    """
    ctx.ensure_object(App)


def main() -> None:
    """Entry point of the installed command."""
    cli(prog_name="slipway")
