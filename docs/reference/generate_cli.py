"""Writes cli.md from the commands' own help: `python docs/reference/generate_cli.py`."""

from collections.abc import Iterator
from pathlib import Path

import click

from slipway.cli.main import cli

TARGET = Path(__file__).with_name("cli.md")
WIDTH = 100
HEAD = """# The `slipway` command

Generated from `--help` by `python docs/reference/generate_cli.py`; do not edit.

Everything here is done through the same API that `kubectl` uses. Exit codes: [exit-codes.md](exit-codes.md).
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(path, text) for path, text in _helps(cli, "slipway", None))


def _helps(command: click.Command, path: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=path.rpartition(" ")[2],
        parent=parent,
        max_content_width=WIDTH,
        terminal_width=WIDTH,
    )
    context.help_option_names = ["-h", "--help"]
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _helps(child, f"{path} {name}", context)


def _section(path: str, text: str) -> str:
    level = "#" * min(2 + path.count(" "), 4)
    return f"\n{level} {path}\n\n```text\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(page())
