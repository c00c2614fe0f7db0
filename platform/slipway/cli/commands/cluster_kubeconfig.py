"""`slipway cluster kubeconfig`: a short-lived credential, merged as a context."""

import os
from pathlib import Path

import click

from slipway.cli import kubeconfig as kubeconfigs
from slipway.cli.app import App, pass_app
from slipway.cli.completing import names_of
from slipway.cli.options import Duration, tenant_option
from slipway.cli.output import as_yaml
from slipway.cli.resources import CLUSTER


@click.command()
@click.argument("name", shell_complete=names_of(CLUSTER))
@click.option("--print", "print_only", is_flag=True, help="Print the kubeconfig and merge nothing.")
@click.option(
    "--ttl", type=Duration(), default="8h", show_default=True, help="How long it is valid, up to 24h."
)
@click.option("--no-switch", is_flag=True, help="Keep the current context of the file.")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to merge into. [default: $KUBECONFIG, ~/.kube/config]",
)
@tenant_option
@pass_app
def kubeconfig(app: App, name: str, print_only: bool, ttl: float, no_switch: bool, path: Path | None) -> None:
    """Get a short-lived client certificate in your name and merge it as the context `slipway-TENANT-NAME`."""
    tenant = app.tenant
    answer = app.api.post(CLUSTER, tenant, name, "kubeconfig", {"ttl": f"{ttl:.0f}s"})
    context = f"slipway-{tenant}-{name}"
    found = kubeconfigs.single_context(answer["kubeconfig"], context)
    if print_only:
        click.echo(as_yaml(found), nl=False)
        return
    target = path or kubeconfigs.default_file(os.environ)
    kubeconfigs.merge_into(target, found, switch=not no_switch)
    click.echo(f"context {context} written to {target}, valid until {answer.get('expirationTimestamp', '')}")
    app.remark(f"Next: kubectl --context {context} get nodes")
