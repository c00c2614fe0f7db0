"""Options of `create` commands as a table: which flag fills which field of the spec."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

Document = dict[str, Any]
Parse = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One option of a `create` command."""

    flag: str
    path: str  # dotted, below spec
    help: str
    type: Any = str
    multiple: bool = False
    required: bool = False
    default: Any = None
    parse: Parse | None = None  # makes the JSON value of what was typed

    @property
    def parameter(self) -> str:
        """The name under which click hands over the value."""
        return self.flag.lstrip("-").replace("-", "_")

    def option(self, *, with_default: bool = True) -> click.Option:
        """As click wants it."""
        default = self.default if with_default else None
        return click.Option(
            [self.flag],
            type=self.type,
            multiple=self.multiple,
            required=self.required,
            default=default,
            show_default=default is not None,
            help=self.help,
        )


def spec_of(fields: tuple[Field, ...], values: Mapping[str, Any]) -> Document:
    """The spec that the options describe. What was not said is left to the server's defaults."""
    spec: Document = {}
    for field in fields:
        value = values[field.parameter]
        if value is None or value == ():
            continue
        put(spec, field.path, field.parse(value) if field.parse else _plain(value))
    return spec


def put(document: Document, path: str, value: Any) -> None:
    """Set the value at a dotted path."""
    *parents, last = path.split(".")
    for part in parents:
        document = document.setdefault(part, {})
    document[last] = value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def settings(pairs: tuple[str, ...]) -> Document:
    """`k=v` pairs; a value that is JSON (a number, true, a list) is taken as such."""
    return {key: _json_or_text(value) for key, value in map(_pair, pairs)}


def texts(pairs: tuple[str, ...]) -> dict[str, str]:
    """`k=v` pairs, values as they are."""
    return dict(map(_pair, pairs))


def secrets(pairs: tuple[str, ...]) -> dict[str, str]:
    """`k=v` pairs whose value may be `@FILE`, so that a secret stays out of the shell's history."""
    return {key: _from_file(value) if value.startswith("@") else value for key, value in map(_pair, pairs)}


def taints(specs: tuple[str, ...]) -> list[dict[str, str]]:
    """`key=value:Effect` or `key:Effect`, as kubectl writes them."""
    return [_taint(spec) for spec in specs]


def _taint(spec: str) -> dict[str, str]:
    label, colon, effect = spec.rpartition(":")
    if not colon or not label:
        raise click.UsageError(f"{spec!r} is not a taint such as dedicated=gpu:NoSchedule")
    key, _, value = label.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"{text!r} is not of the form key=value")
    return key, value


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _from_file(value: str) -> str:
    path = Path(value[1:]).expanduser()
    try:
        return path.read_text().rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"cannot read {path}: {getattr(error, 'strerror', 'not text')}") from None


MACHINE = (
    Field("--cpu", "machine.cpu", "Cores of each machine, such as 2."),
    Field("--memory", "machine.memory", "Memory of each machine, such as 4Gi."),
    Field("--disk", "machine.disk", "Disk of each machine, such as 20Gi."),
    Field(
        "--host-label",
        "machine.labels",
        "Label that a host must have, k=v; may be repeated (baremetal).",
        multiple=True,
        parse=texts,
    ),
    Field("--flavor", "machine.flavor", "The provider's own machine size, instead of the three above."),
)
PROVIDER = Field("--provider", "provider", "Name of the Provider. [default: the tenant's]")
