"""`slipway host`: machines that somebody owns: written down, looked at, given back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from slipway.cli import fields, hostlists
from slipway.cli.app import App, pass_app
from slipway.cli.errors import CliError, Exit
from slipway.cli.factory import delete_command, new_object, noun
from slipway.cli.fields import Field, spec_of
from slipway.cli.options import output_option, timeout_option
from slipway.cli.output import print_done
from slipway.cli.resources import HOST
from slipway.cli.waiting import Patience, ticks

Document = dict[str, Any]


def _bastion(text: str) -> Document:
    """`user@address:port`, of which only the address is needed."""
    user, _, place = text.rpartition("@")
    address, _, port = place.partition(":")
    if port and not port.isdigit():
        raise click.UsageError(f"{text!r} is not of the form user@address:port")
    return {"address": address, **({"user": user} if user else {}), **({"port": int(port)} if port else {})}


def _secret(value: str) -> str:
    return fields.secrets((f"it={value}",))["it"]


_ACCESS = (
    Field("--provider", "provider", "Name of the Provider. [default: the only one of driver baremetal]"),
    Field("--user", "user", "Who logs in: root, or one that may use sudo.", default="root"),
    Field("--port", "port", "Port of its SSH server.", type=click.IntRange(1, 65535), default=22),
    Field("--key", "secrets.privateKey", "Private key of the user: @FILE; never shown again.", parse=_secret),
    Field("--sudo-password", "secrets.sudoPassword", "What sudo asks the user for: @FILE.", parse=_secret),
    Field("--bastion", "bastion", "Host that SSH goes through, user@address:port.", parse=_bastion),
    Field(
        "--bastion-key", "secrets.bastionKey", "Private key for it: @FILE. [default: --key]", parse=_secret
    ),
)
_OWN = (
    Field("--address", "address", "Its address in the network of the hosts.", required=True),
    Field("--failure-domain", "failureDomain", "What fails together, such as its rack."),
    Field("--host-key", "hostKey", "Its public host key. [default: the one that it shows at first]"),
)


def _with_options(command: click.Command, options: Sequence[Field]) -> click.Command:
    command.params += [field.option() for field in options]
    return command


@click.command()
@click.argument("name")
@click.option("--label", "labels", multiple=True, help="Label, k=v; may be repeated.")
@output_option
@pass_app
def add(app: App, /, name: str, labels: tuple[str, ...], **values: Any) -> None:
    """Write down a host. It is looked at within seconds: `slipway host check`."""
    document = new_object(HOST, name, spec_of((*_OWN, *_ACCESS), values))
    document["metadata"]["labels"] = fields.texts(labels)
    print_done(app, HOST, app.api.create(HOST, "", document), "added")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
@pass_app
def import_(app: App, /, file: Path, **values: Any) -> None:
    """Write down all hosts of a list: a CSV file, or an Ansible inventory. Hosts that are there are changed.

    A CSV file has a header; its columns are name, address, and any of user, port, failureDomain, hostKey, labels
    (k=v k=v), key and sudoPassword (@FILE). Options fill in what the list does not say.
    """
    for name, labels, own in hostlists.read(file):
        spec = hostlists.over(spec_of(_ACCESS, values), own)
        document = new_object(HOST, name, spec)
        document["metadata"]["labels"] = labels
        if app.api.find(HOST, "", name) is None:
            print_done(app, HOST, app.api.create(HOST, "", document), "added")
        else:
            change = {"metadata": {"labels": labels}, "spec": spec}
            print_done(app, HOST, app.api.patch(HOST, "", name, change), "changed")


@click.command()
@click.argument("names", nargs=-1)
@timeout_option("2m")
@pass_app
def check(app: App, names: tuple[str, ...], timeout: float) -> None:
    """Look at hosts now (all of them if none is named): what is missing, and what mends it."""
    wanted = names or tuple(h["metadata"]["name"] for h in app.api.list(HOST, "")["items"])
    before = {name: _checked_at(app.api.post(HOST, "", name, "check", {})) for name in wanted}
    unfit = [name for name in wanted if not _report(app, _looked_at(app, name, before[name], timeout))]
    if unfit:
        raise CliError(f"not fit for clusters: {', '.join(unfit)}", code=Exit.BLOCKED)


def _looked_at(app: App, name: str, before: str, timeout: float) -> Document:
    patience = Patience(app)
    for _ in ticks(app, timeout, f"looking at host {name}"):
        with patience:
            found = app.api.get(HOST, "", name)
            if _checked_at(found) != before:
                return found
    raise AssertionError  # ticks raises at the deadline


def _checked_at(host: Document) -> str:
    return str(host.get("status", {}).get("checkedAt", ""))


def _report(app: App, host: Document) -> bool:
    """A line for a fit host; for another one what is wrong, and what mends it."""
    name, status = host["metadata"]["name"], host.get("status", {})
    ready: Document = next((k for k in status.get("conditions", []) if k["type"] == "Ready"), {})
    facts, fit = status.get("facts", {}), ready.get("status") == "True"
    if fit:
        app.say(f"{name}: {status['state']}: {facts['systemName']}, {facts['cpu']} cores, {facts['memory']}")
        return True
    app.say(f"{name}: {ready.get('reason', 'Unknown')}")
    for problem in status.get("problems") or [{"message": ready.get("message", ""), "mend": ""}]:
        app.say(f"  - {problem['message']}")
        if problem["mend"]:
            app.say(f"    {problem['mend']}")
    return False


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--wait", is_flag=True, help="Return when they are free.")
@timeout_option("15m")
@pass_app
def release(app: App, names: tuple[str, ...], wait: bool, timeout: float) -> None:
    """Take hosts back: their machines are drained and made elsewhere, the hosts wiped. One set aside is wiped again."""
    for name in names:
        app.api.post(HOST, "", name, "release", {})
        app.say(f"{HOST.full_name(name)} is being released")
    for name in names if wait else ():
        for _ in ticks(app, timeout, f"releasing host {name}"):
            if app.api.get(HOST, "", name).get("status", {}).get("state") == "Free":
                break
        app.say(f"{HOST.full_name(name)} is free")


host = noun(HOST, "host", help="Hosts: machines that you own, for providers with the driver baremetal.")
host.add_command(_with_options(add, (*_OWN, *_ACCESS)))
host.add_command(_with_options(import_, _ACCESS))
host.add_command(check)
host.add_command(release)
host.add_command(delete_command(HOST))
