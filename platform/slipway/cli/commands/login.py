"""`slipway login`: store the way to a server, after trying it."""

import base64
import os
from pathlib import Path
from typing import Any

import click

from slipway.cli import kubeconfig as kubeconfigs
from slipway.cli.access import Access, home, login_file
from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError, Exit
from slipway.cli.options import tenant_option


@click.command()
@click.argument("url")
@click.option(
    "--token",
    envvar="SLIPWAY_TOKEN",
    prompt=True,
    hide_input=True,
    help="[default: $SLIPWAY_TOKEN, else asked for]",
)
@click.option(
    "--certificate-authority",
    "authority",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The server's CA, PEM. [default: the system's]",
)
@click.option("--name", help="Name of the context. [default: the server's host]")
@tenant_option
@pass_app
def login(app: App, url: str, token: str, authority: Path | None, name: str | None) -> None:
    """Store and check the way to a Slipway server."""
    pem = authority.read_text() if authority else ""
    access = Access(
        server=_https(url), token=token.strip(), ca_pem=pem, source=str(authority or "the system")
    )
    tenants = _visible_tenants(access)
    tenant = app.tenant_option or (tenants[0] if len(tenants) == 1 else "")
    path = login_file(os.environ)
    kubeconfigs.merge_into(path, _context(access, name or _host(access.server), tenant), switch=True)
    click.echo(f"logged in to {access.server}, stored in {path}" + (f", tenant {tenant}" if tenant else ""))
    _mention_what_comes_first(app)


def _https(url: str) -> str:
    return (url if "://" in url else f"https://{url}").rstrip("/")


def _host(server: str) -> str:
    return server.partition("://")[2].partition("/")[0]


def _visible_tenants(access: Access) -> list[str]:
    """Ask for something that needs a valid token, and is of use besides."""
    from slipway.cli.client import Api

    try:
        found = Api(access).json("GET", "/api/v1/namespaces")
    except CliError as error:
        if error.exit_code == Exit.FORBIDDEN:
            raise CliError(f"{access.server} does not accept this token", code=Exit.FORBIDDEN) from None
        raise
    return [item["metadata"]["name"] for item in found.get("items", [])]


def _context(access: Access, name: str, tenant: str) -> dict[str, Any]:
    cluster = {"server": access.server}
    if access.ca_pem:
        cluster["certificate-authority-data"] = base64.b64encode(access.ca_pem.encode()).decode()
    return kubeconfigs.build(name, cluster=cluster, user={"token": access.token}, namespace=tenant)


def _mention_what_comes_first(app: App) -> None:
    """A server of this machine, or a file that is named, is preferred to the stored login."""
    path = login_file(os.environ)
    named = app.kubeconfig or os.environ.get("SLIPWAY_KUBECONFIG", "")
    local = home(os.environ) / "admin.kubeconfig"
    if (named and Path(named) != path) or (not named and local.is_file()):
        app.remark(f"{named or local} is used before it; to use this login: export SLIPWAY_KUBECONFIG={path}")
