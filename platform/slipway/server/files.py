"""Where a server keeps its files under SLIPWAY_HOME, and how it writes private ones."""

import os
from pathlib import Path

KUBECONFIG = "admin.kubeconfig"
PASSWORD = "admin.password"  # noqa: S105 - the name of a file
CA_CERTIFICATE = "tls/ca.crt"
CA_KEY = "tls/ca.key"
CERTIFICATE = "tls/server.crt"
KEY = "tls/server.key"


def make_home(home: Path) -> None:
    """The directory of everything, closed to others: it holds keys, tokens and the database."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, at once and wholly."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
