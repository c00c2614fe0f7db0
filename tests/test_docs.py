"""What the documentation shows can be typed, and what it points to is there."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from slipway.cli.main import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "AGENTS.md", "platform/README.md", "playbooks/README.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
CLI_PAGE = ROOT / "docs/reference/cli.md"  # generated from --help: usage lines, no commands
GENERATED = ("api", "conditions")  # cli.md has its test beside those of the command
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MAKE = re.compile(r"(?:^|[\s;&|])make ([a-z][a-z0-9-]*)")
_PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)+/?$")


def _id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [p for p in PAGES if p != CLI_PAGE], ids=_id)
def test_commands_parse(page: Path) -> None:
    for command in _commands(page):
        try:
            _parse(command[1:])
        except click.UsageError as error:
            if isinstance(error, click.BadParameter) and error.message.endswith("does not exist."):
                continue  # the file of an example, which the reader has
            pytest.fail(f"{shlex.join(command)}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_make_targets_exist(page: Path) -> None:
    there = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for text in _code(page) for target in _MAKE.findall(text)}

    assert named <= there


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_prose(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_paths_exist(page: Path) -> None:
    """A path begins with one of our folders; NAME in it stands for a name."""
    tops = {p.name for p in ROOT.iterdir() if p.is_dir()}
    named = [
        text for text in _INLINE.findall(_prose(page)) if _PATH.match(text) and text.split("/")[0] in tops
    ]

    assert [text for text in named if "NAME" not in text and not (ROOT / text).exists()] == []


def test_every_make_target_is_described() -> None:
    page = (ROOT / "docs/reference/makefile.md").read_text()
    targets = re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert re.findall(r"^\| `make ([a-z0-9-]+)` \|", page, re.MULTILINE) == targets


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_up_to_date(name: str) -> None:
    folder = ROOT / "docs/reference"
    page = runpy.run_path(str(folder / f"generate_{name}.py"))["page"]()

    assert (folder / f"{name}.md").read_text() == page, f"run: python docs/reference/generate_{name}.py"


@pytest.mark.parametrize(
    "command", ["slipway cluster fly", "slipway up --sideways", "slipway nodepool scale web"]
)
def test_a_command_that_is_not_there_is_found(command: str) -> None:
    with pytest.raises(click.UsageError):
        _parse(shlex.split(command)[1:])


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text())


def _code(page: Path) -> Iterator[str]:
    """Every line of a fenced block, continued lines joined, and every inline piece."""
    for block in _FENCE.findall(page.read_text()):
        yield from block.replace("\\\n", " ").splitlines()
    yield from _INLINE.findall(_prose(page))


def _commands(page: Path) -> Iterator[list[str]]:
    """The words of every `slipway ...` in the page's code, without what is around it in its shell line."""
    for text in _code(page):
        if "slipway " not in text:
            continue
        for words in _shell_commands(text):
            if words[:2] == ["uv", "run"]:
                words = [w for w in words[2:] if w != "--no-sync"]  # noqa: PLW2901
            if words[0] == "slipway" and len(words) > 1:
                yield words


def _shell_commands(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    lexer.whitespace_split = True  # else `:` and `$` are words of their own
    words: list[str] = []
    try:
        tokens = list(lexer)
    except ValueError:  # an apostrophe: a sentence or a program's answer, nothing to type
        return
    for token in [*tokens, ";"]:
        if not set(token) <= set("();<>|&"):
            words.append(token)
            continue
        while words and (words[0] in ("$", "sudo") or re.match(r"^\w+=", words[0])):
            words.pop(0)
        if words:
            yield words
        words = ["to-a-file"] if "<" in token or token.startswith(">") else []


def _parse(arguments: list[str]) -> None:
    """Follow the groups to the command, then let it read its arguments, if there are any. Nothing is carried out."""
    command: click.Command = cli
    context = _context(cli, None, "slipway")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(list(arguments))
        if not rest:
            return
        name, found, arguments = command.resolve_command(context, rest)
        command = found or command
        context = _context(command, context, name or "")
    if arguments:
        command.make_context(context.info_name, list(arguments), parent=context.parent)


def _context(command: click.Command, parent: click.Context | None, name: str) -> click.Context:
    context = click.Context(command, parent=parent, info_name=name)
    context.help_option_names = ["-h", "--help"]  # click keeps what the first context says
    return context


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
