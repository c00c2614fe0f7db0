"""`slipway tenant`: customers, and tokens for their accounts."""

from typing import Any

import click

from slipway.cli import fields
from slipway.cli.app import App
from slipway.cli.completing import name_of
from slipway.cli.factory import create_command, delete_command, noun, scoped
from slipway.cli.fields import Field
from slipway.cli.output import print_document
from slipway.cli.resources import TENANT

ROLES = click.Choice(["viewer", "operator", "admin"])

_FIELDS = (
    Field("--display-name", "displayName", "Name for people."),
    Field("--default-provider", "defaultProvider", "Provider of objects that name none."),
    Field(
        "--quota",
        "quota",
        "A limit, k=v: clusters, nodes, cpu, memory, storage or floatingIPs; may be repeated.",
        multiple=True,
        parse=fields.settings,
    ),
)


def _create() -> click.Command:
    command = create_command(TENANT, _FIELDS)
    make: Any = command.callback

    def create(token: str | None, role: str, **values: Any) -> None:
        make(**values)
        if token:
            app = click.get_current_context().ensure_object(App)
            _print_token(app, values["name"], token, role=role)

    command.callback = create
    command.params += [
        click.Option(
            ["--token"], metavar="ACCOUNT", help="Also print a token for this account of the tenant."
        ),
        click.Option(
            ["--role"], type=ROLES, default="admin", show_default=True, help="Role of that account."
        ),
    ]
    return command


@click.option("--expires-in", help="How long the token lives, such as 12h or 30d. [default: 90d]")
@click.option("--role", type=ROLES, help="Role of the account if it is new. [default: viewer]")
@click.option("--account", required=True, help="Name of the account; it is made if it is not there.")
def _token(app: App, name: str, account: str, role: str | None, expires_in: str | None) -> None:
    """Print a new token for an account of the tenant. It is shown only this once."""
    _print_token(app, name, account, role=role, expiresIn=expires_in)


def _print_token(app: App, tenant: str, account: str, **asked: str | None) -> None:
    body = {"account": account, **{key: value for key, value in asked.items() if value}}
    answer = app.api.post(TENANT, "", tenant, "token", body)
    if app.structured:
        print_document(app, TENANT, {"metadata": {"name": tenant}, **answer})
        return
    click.echo(answer["token"])
    until = answer.get("expirationTimestamp", "")
    role = answer.get("role", "")
    app.remark(f"Token of {account} ({role}) in tenant {tenant}, valid until {until}. It is not shown again.")
    app.remark(f"Use it: slipway login {app.access.server} --tenant {tenant}")


tenant = noun(TENANT, "tenant", help="Tenants: the customers of this Slipway, each a namespace of the API.")
tenant.add_command(_create())
tenant.add_command(delete_command(TENANT))
_token_command = click.command("token")(scoped(TENANT, _token))
_token_command.params.insert(0, name_of(TENANT))
tenant.add_command(_token_command)
