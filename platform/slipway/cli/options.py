"""Options that many commands share. They fill the App, so that no command has to pass them on."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from slipway.cli.app import App

F = TypeVar("F", bound=Callable[..., Any])

OUTPUTS = ("table", "wide", "json", "yaml", "name")


def _fill(attribute: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            setattr(ctx.ensure_object(App), attribute, value)

    return callback


def _filling(attribute: str, *flags: str, **attributes: Any) -> Callable[[F], F]:
    return click.option(*flags, expose_value=False, callback=_fill(attribute), **attributes)


def connection_options(command: F) -> F:
    """--kubeconfig and --context."""
    command = _filling("context", "--context", metavar="NAME", help="Context of that file.")(command)
    files = "$SLIPWAY_KUBECONFIG, $SLIPWAY_HOME/admin.kubeconfig, ~/.config/slipway/config"
    text = f"Kubeconfig of the Slipway server. [default: {files}]"
    return _filling("kubeconfig", "--kubeconfig", metavar="FILE", help=text)(command)


def tenant_option(command: F) -> F:
    """-n/--tenant."""
    text = "The tenant (namespace). [default: $SLIPWAY_TENANT, the context's]"
    return _filling("tenant_option", "-n", "--tenant", metavar="TENANT", help=text)(command)


def output_option(command: F) -> F:
    """-o/--output."""
    kind = click.Choice(OUTPUTS)
    return _filling("output", "-o", "--output", type=kind, help="Form of the answer. [default: table]")(
        command
    )


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType[float]):
    """`90`, `90s`, `15m`, `8h` or `2d` as seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        text = str(value)
        number, unit = (text[:-1], text[-1]) if text[-1:] in _SECONDS else (text, "s")
        if not number.isdigit():
            self.fail(f"{text!r} is not a duration such as 90s, 15m or 8h", param, ctx)
        return float(int(number) * _SECONDS[unit])


def timeout_option(default: str) -> Callable[[F], F]:
    """--timeout: how long to wait."""
    return click.option(
        "--timeout",
        type=Duration(),
        default=default,
        show_default=True,
        help="Longest time to wait (exit 6).",
    )
