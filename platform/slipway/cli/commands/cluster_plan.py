"""`slipway cluster plan`: what would be made, what it takes, and whether it fits; nothing is made."""

from typing import Any, TextIO

import click

from slipway.cli import manifests, plans
from slipway.cli.app import App, pass_app
from slipway.cli.commands.cluster_create import CLUSTER_FIELDS, cluster_document, pool_document
from slipway.cli.completing import names_of
from slipway.cli.errors import CliError, Exit
from slipway.cli.fields import MACHINE
from slipway.cli.options import output_option, tenant_option
from slipway.cli.output import print_document
from slipway.cli.resources import CLUSTER

Document = dict[str, Any]
_KINDS = ("Network", "FloatingIP", "StoragePool", "Cluster", "NodePool")
_DEFAULT_WORKERS = 2  # as `cluster create` makes


@click.option(
    "-f",
    "--file",
    type=click.File(),
    help="Manifests of a cluster and what belongs to it, not applied; - reads standard input.",
)
@tenant_option
@output_option
@pass_app
def _plan(app: App, /, name: str | None, file: TextIO | None, workers: int | None, **values: Any) -> None:
    """Show what a cluster would make, what it takes, and whether it fits. Nothing is made.

    NAME alone: what is still to be made of a cluster that is there, or what `slipway cluster create NAME` would make.
    With options or a file: as if that had been applied. Exits with 8 when it does not fit.

    \b
    slipway cluster plan -f cluster.yaml
    slipway cluster plan web --workers 5 --cpu 2 --memory 4Gi
    """
    said = workers is not None or any(value not in (None, ()) for value in values.values())
    if file is not None and said:
        raise click.UsageError("give a file or options that describe the cluster, not both")
    if file is not None:
        wanted = _of_file(app, file)
        plan = _rehearse(app, name or _named(wanted), wanted)
    elif name is None:
        raise click.UsageError("name the cluster, or give its manifests with -f FILE")
    else:
        plan = _of_options(app, name, workers, values, said=said)
    _print(app, plan)
    if not plan["fits"]:
        why = [one["message"] for one in plan["shortfalls"]] if app.structured else []
        raise CliError(f"cluster {plan['metadata']['name']} does not fit now", *why, code=Exit.BLOCKED)


def _of_options(app: App, name: str, workers: int | None, values: Document, *, said: bool) -> Document:
    there = app.api.find(CLUSTER, app.tenant, name) is not None
    if there and not said:
        return app.api.get(CLUSTER, app.tenant, name, sub="plan")
    if workers is None and not there:
        workers = _DEFAULT_WORKERS
    wanted = [cluster_document(name, values)]
    if workers:
        wanted.append(pool_document(name, workers, values))
    return _rehearse(app, name, wanted)


def _of_file(app: App, file: TextIO) -> list[Document]:
    """What a plan is made of; a Tenant or Provider in the same file is none of it."""
    found = manifests.read(file)
    for other in sorted({d["kind"] for d in found} - set(_KINDS)):
        app.remark(f"{other} is left out: a plan is made of {', '.join(_KINDS)}")
    return [d for d in found if d["kind"] in _KINDS]


def _named(wanted: list[Document]) -> str:
    """The cluster that the manifests are of."""
    names = {(d.get("metadata") or {}).get("name") for d in wanted if d["kind"] == "Cluster"}
    names |= {(d.get("spec") or {}).get("clusterName") for d in wanted if d["kind"] == "NodePool"}
    if len(names) != 1 or not isinstance(name := names.pop(), str):
        raise click.UsageError("the file has not exactly one cluster: say which, as in `plan NAME -f FILE`")
    return name


def _rehearse(app: App, name: str, wanted: list[Document]) -> Document:
    mine = [d for d in wanted if _belongs(d, name)]
    body = {"apiVersion": "v1", "kind": "List", "items": mine}
    return app.api.post(CLUSTER, app.tenant, name, "plan", body)


def _belongs(document: Document, name: str) -> bool:
    """Other clusters of the file, and their pools, are planned by themselves."""
    match document["kind"]:
        case "Cluster":
            return (document.get("metadata") or {}).get("name") == name
        case "NodePool":
            return (document.get("spec") or {}).get("clusterName") == name
    return True


def _print(app: App, plan: Document) -> None:
    if app.structured:
        print_document(app, CLUSTER, plan)
    else:
        click.echo(plans.text(plan))


plan = click.command("plan")(_plan)
plan.params = [
    click.Argument(["name"], required=False, shell_complete=names_of(CLUSTER)),
    *(field.option(with_default=False) for field in CLUSTER_FIELDS),
    click.Option(
        ["--workers"],
        type=click.IntRange(min=0),
        help="Workers. [default: 2 for a cluster that is not there]",
    ),
    *(field.option() for field in MACHINE),
    *plan.params,
]
