"""The house: where files may be, how long they may be, and which words and paths they may not hold."""

import ast
import io
import re
import subprocess
import sys
import sysconfig
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
GENERATED = ("migrations", "node_modules", "__pycache__", "dist", "var")
SOURCES = (".py", ".sh", ".md", ".yml", ".yaml", ".toml", ".j2", ".ts", ".tsx", ".cfg", ".conf")
HERE = Path(__file__).resolve()
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ONE_MACHINE = re.compile(r"(?<![\w.])/(?:work|farm|home/\w+|Users/\w+|tmp/slab)/")


def test_platform_is_the_standard_library_s() -> None:
    code = "import platform, slipway; print(platform.__file__); print(platform.system())"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert Path(said[0]).parent == Path(sysconfig.get_path("stdlib"))
    assert said[1] == "Linux"


def test_platform_is_a_source_root_and_nothing_else() -> None:
    found = {path.name for path in (ROOT / "platform").iterdir()} - {"__pycache__"}

    assert found == {"slipway", "README.md"}
    assert (ROOT / "platform/slipway/__init__.py").read_text() == ""


def test_the_map_names_every_folder() -> None:
    section = (ROOT / "AGENTS.md").read_text().partition("## Map")[2].partition("\n## ")[0]
    mapped = set(re.findall(r"^\| `([\w.-]+)/` \|", section, re.MULTILINE))
    folders = (p for p in ROOT.iterdir() if p.is_dir() and any(p.iterdir()) and not p.name.startswith("."))
    there = {p.name for p in folders} - set(GENERATED)

    assert mapped == there


def test_files_are_short() -> None:
    lengths = {_name(path): len(path.read_text().splitlines()) for path in _files(".py")}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    assert [
        f"{_name(p)}: {f.name} has {_lines(f)}" for p, f in _functions() if _lines(f) > LONGEST_FUNCTION
    ] == []


def test_no_name_has_the_banned_word() -> None:
    found = [
        f"{_name(path)}:{token.start[0]}: {token.string}"
        for path in _files(".py")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.NAME and {"job", "jobs"} & {w.lower() for w in _WORDS.findall(token.string)}
    ]

    assert found == []


def test_no_path_of_one_machine() -> None:
    found = [
        f"{_name(path)}:{number}: {line.strip()}"
        for path in _files(*SOURCES)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if path != HERE and _ONE_MACHINE.search(line)
    ]

    assert found == []


def test_the_lock_names_the_public_index() -> None:
    lock = (ROOT / "uv.lock").read_text()

    assert set(re.findall(r'(?:registry|url) = "https?://([^/"]+)', lock)) == {
        "pypi.org",
        "files.pythonhosted.org",
    }


def _files(*endings: str) -> Iterator[Path]:
    for top in sorted(ROOT.iterdir()):
        if top.is_file() and top.suffix in endings:
            yield top
        elif top.is_dir() and not top.name.startswith("."):
            yield from (p for p in sorted(top.rglob("*")) if p.suffix in endings and _is_ours(p))


def _is_ours(path: Path) -> bool:
    return path.is_file() and not set(GENERATED) & set(path.relative_to(ROOT).parts)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in _files(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end, without the docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or 0) - docstring.lineno + 1)
