"""Merges contexts into a kubeconfig file: atomically, readable by its owner only, keeping everything else."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slipway.cli.access import read_kubeconfig
from slipway.cli.errors import CliError, Exit
from slipway.cli.output import as_yaml

Document = dict[str, Any]

_LOCK_SECONDS = 5.0


def default_file(environ: Mapping[str, str]) -> Path:
    """Where kubectl writes: the first file of $KUBECONFIG, else ~/.kube/config."""
    listed = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return Path(listed[0]).expanduser() if listed else Path.home() / ".kube/config"


def single_context(kubeconfig: Document, name: str) -> Document:
    """The current context of a kubeconfig with all three parts called `name`."""
    current = kubeconfig["current-context"]
    context = _named(kubeconfig, "contexts", current)["context"]
    cluster = _named(kubeconfig, "clusters", context["cluster"])["cluster"]
    user = _named(kubeconfig, "users", context["user"])["user"]
    return build(name, cluster=cluster, user=user)


def build(name: str, *, cluster: Document, user: Document, namespace: str = "") -> Document:
    """A kubeconfig with one context."""
    context = {"cluster": name, "user": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": context}],
        "current-context": name,
    }


def merge_into(path: Path, added: Document, *, switch: bool) -> None:
    """Put the context of `added` into the file, in place of one of the same name."""
    real = path.resolve()  # a symlink stays a symlink
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with _lock(real.with_name(f"{real.name}.lock")):
            _write(real, as_yaml(_merged(real, added, switch=switch)))
    except OSError as error:
        raise CliError(f"cannot write {path}: {error.strerror}") from None


def _merged(path: Path, added: Document, *, switch: bool) -> Document:
    document = read_kubeconfig(path) if path.exists() else {}
    for key in ("apiVersion", "kind"):
        document.setdefault(key, added[key])
    for section in ("clusters", "users", "contexts"):
        names = {item["name"] for item in added[section]}
        kept = [item for item in document.get(section) or [] if item.get("name") not in names]
        document[section] = kept + added[section]
    if switch or not document.get("current-context"):
        document["current-context"] = added["current-context"]
    return document


def _named(document: Document, section: str, name: str) -> Document:
    found: Document | None = next((item for item in document[section] if item["name"] == name), None)
    if found is None:
        raise CliError(f"the server's kubeconfig has no {name} among its {section}")
    return found


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """The lock file that kubectl uses, too: of two writers at once, neither loses what the other wrote."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                hint = f"if none is, remove {path}"
                raise CliError(
                    "another program is writing the kubeconfig", hint, code=Exit.CONFLICT
                ) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Through a temporary file beside the real one: a reader sees the old or the new, never half of it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(text)  # NamedTemporaryFile makes it 0600
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
