"""`slipway cluster create`: a Cluster and its first NodePool in one go."""

from typing import Any

import click

from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError, Exit
from slipway.cli.factory import name_argument, new_object
from slipway.cli.fields import MACHINE, PROVIDER, Field, put, spec_of
from slipway.cli.options import output_option, tenant_option, timeout_option
from slipway.cli.output import print_done
from slipway.cli.ready import until_ready
from slipway.cli.resources import CLUSTER, NODE_POOL

Document = dict[str, Any]

CLUSTER_FIELDS = (
    Field("--version", "version", "Kubernetes version, such as 1.37 or 1.37.2. [default: the server's]"),
    Field("--control-planes", "controlPlane.replicas", "1, 3 or 5 control planes.", type=int, default=3),
    PROVIDER,
    Field("--network", "network", "Network to borrow. [default: the cluster makes its own]"),
    Field(
        "--floating-ip", "endpoint.floatingIP", "FloatingIP of the API. [default: the cluster makes its own]"
    ),
    Field(
        "--storage-pool",
        "storagePools",
        "StoragePool to offer as StorageClass; may be repeated.",
        multiple=True,
    ),
)


def workers_of(cluster: str) -> str:
    """Name of the pool that `cluster create` makes."""
    return f"{cluster}-workers"


@tenant_option
@output_option
@timeout_option("15m")
@click.option("--wait", is_flag=True, help="Show the progress and return when the cluster is Ready.")
@pass_app
def _create(app: App, /, name: str, workers: int, wait: bool, timeout: float, **values: Any) -> None:
    """Create a cluster and a pool of workers, `NAME-workers`.

    \b
    slipway cluster create web --control-planes 3 --workers 2 --cpu 2 --memory 4Gi --wait
    """
    tenant = app.tenant
    cluster = app.api.create(CLUSTER, tenant, cluster_document(name, values))
    print_done(app, CLUSTER, cluster, "created")
    if workers:
        pool = _create_pool(app, tenant, cluster, pool_document(name, workers, values))
        if not app.structured:
            print_done(app, NODE_POOL, pool, "created")
    if wait:
        until_ready(app, tenant, name, timeout)


def cluster_document(name: str, values: Document) -> Document:
    """The Cluster that the options describe."""
    spec = spec_of(CLUSTER_FIELDS, values)
    if machine := spec_of(MACHINE, values).get("machine"):
        put(spec, "controlPlane.machine", machine)
    return new_object(CLUSTER, name, spec)


def pool_document(cluster: str, workers: int, values: Document) -> Document:
    """Its workers."""
    spec = {"clusterName": cluster, "replicas": workers, **spec_of(MACHINE, values)}
    return new_object(NODE_POOL, workers_of(cluster), spec)


def _create_pool(app: App, tenant: str, cluster: Document, pool: Document) -> Document:
    """The pool; if it is refused, the cluster of a moment ago goes again: all or nothing."""
    try:
        return app.api.create(NODE_POOL, tenant, pool)
    except CliError as error:
        if error.exit_code == Exit.UNREACHABLE:
            workers = pool["metadata"]["name"]
            hint = f"the cluster was created; make its workers with `slipway nodepool create {workers}`"
            raise CliError(error.message, hint, code=Exit.UNREACHABLE) from None
        meta = cluster["metadata"]
        app.api.delete(CLUSTER, tenant, meta["name"], uid=meta["uid"])
        what = f"the workers were refused, so cluster {meta['name']} is taken back: {error.message}"
        raise CliError(what, *error.details, code=Exit(error.exit_code), reason=error.reason) from None


create = click.command("create")(_create)
create.params = [
    name_argument(),
    *(field.option() for field in CLUSTER_FIELDS),
    click.Option(
        ["--workers"], type=click.IntRange(min=0), default=2, show_default=True, help="Workers; 0: no pool."
    ),
    *(field.option() for field in MACHINE),
    *create.params,
]
