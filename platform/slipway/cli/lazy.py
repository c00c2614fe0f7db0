"""A group that imports a subcommand only when it is used: most of the start-up time is imports."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from slipway.cli.errors import CliError, Exit


class LazyGroup(click.Group):
    """Subcommands by name as `"module:attribute"`, each with the line that `--help` shows for it."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table: by what a person does first."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module that holds the command."""
        if cmd_name not in self._lazy:
            return None
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; Ctrl-C is an answer, not an accident."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            message = "interrupted; what was asked of the server goes on by itself"
            raise CliError(message, code=Exit.INTERRUPTED) from None
