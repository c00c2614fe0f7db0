"""Makes the commands that all nouns share: list, get, create, delete. A noun's file holds what is its own."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from slipway.cli.app import App, pass_app
from slipway.cli.completing import name_of, names_argument
from slipway.cli.fields import Field, spec_of
from slipway.cli.options import output_option, tenant_option, timeout_option
from slipway.cli.output import print_done, print_objects
from slipway.cli.resources import API_VERSION, Resource
from slipway.cli.waiting import until_gone

Document = dict[str, Any]
Finish = Callable[[App, Document], None]
Ask = Callable[[App, str], None]


def noun(resource: Resource, name: str, *, help: str) -> click.Group:  # noqa: A002 - click's word
    """A group with `list` and `get`."""
    group = click.Group(name, help=help, no_args_is_help=True)
    group.add_command(_list(resource))
    group.add_command(_get(resource))
    return group


def tenant_of(app: App, resource: Resource) -> str:
    """The tenant meant, for kinds that have one."""
    return app.tenant if resource.namespaced else ""


def new_object(resource: Resource, name: str, spec: Document) -> Document:
    """A document to create."""
    return {"apiVersion": API_VERSION, "kind": resource.kind, "metadata": {"name": name}, "spec": spec}


def scoped(resource: Resource, command: Any) -> Any:
    """Give the callback -n (if the kind has tenants) and -o."""
    decorated = output_option(pass_app(command))
    return tenant_option(decorated) if resource.namespaced else decorated


def name_argument() -> click.Argument:
    """NAME."""
    return click.Argument(["name"])


def create_command(
    resource: Resource, fields: tuple[Field, ...], *, finish: Finish | None = None
) -> click.Command:
    """`create NAME` with one option per field; `finish` is called with what was made."""

    def create(app: App, name: str, **values: Any) -> None:
        document = new_object(resource, name, spec_of(fields, values))
        made = app.api.create(resource, tenant_of(app, resource), document)
        print_done(app, resource, made, "created")
        if finish:
            finish(app, made)

    options = [name_argument(), *(field.option() for field in fields)]
    return _command("create", f"Create a {resource.kind}.", scoped(resource, create), options)


def delete_command(
    resource: Resource,
    *,
    help: str = "",  # noqa: A002 - click's word
    verb: str = "is being deleted",
    flag: click.Option | None = None,
    ask: Ask | None = None,
) -> click.Command:
    """`delete NAME...`, with `--wait` until they are gone. With `flag`, `ask` is called of each before."""

    @timeout_option("10m")
    @click.option("--wait", is_flag=True, help="Return when they are gone.")
    def delete(app: App, names: Sequence[str], wait: bool, timeout: float, **flags: bool) -> None:
        tenant = tenant_of(app, resource)
        for name in names:
            if ask and any(flags.values()):
                ask(app, name)
            app.api.delete(resource, tenant, name)
            app.say(f"{resource.full_name(name)} {verb}")
        for name in names if wait else ():
            until_gone(app, resource, tenant, name, timeout)
            app.say(f"{resource.full_name(name)} is gone")

    arguments = [names_argument(resource), *([flag] if flag else [])]
    text = help or f"Delete a {resource.kind}."
    return _command("delete", text, scoped(resource, delete), arguments)


def _list(resource: Resource) -> click.Command:
    @click.option("-l", "--selector", default="", help="Only those with these labels, such as env=prod.")
    def list_(app: App, selector: str, all_tenants: bool = False) -> None:
        tenant = "" if all_tenants else tenant_of(app, resource)
        print_objects(app, resource, tenant, selector=selector)

    everywhere = click.option("-A", "--all-tenants", is_flag=True, help="Of every tenant that you may see.")
    callback = everywhere(list_) if resource.namespaced else list_
    return _command("list", f"List {resource.plural}.", scoped(resource, callback), [])


def _get(resource: Resource) -> click.Command:
    def get(app: App, name: str) -> None:
        print_objects(app, resource, tenant_of(app, resource), name)

    return _command("get", f"Show one {resource.kind}.", scoped(resource, get), [name_of(resource)])


def _command(name: str, text: str, callback: Any, params: Sequence[click.Parameter]) -> click.Command:
    """Options that decorators left on the callback come after the given ones."""
    command = click.command(name, help=text)(callback)
    command.params = [*params, *command.params]
    return command
