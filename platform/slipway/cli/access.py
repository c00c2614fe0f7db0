"""The way to the server: which kubeconfig, which context of it, and what it says."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slipway.cli.errors import CliError, Exit


@dataclass(frozen=True, slots=True)
class Access:
    """One context of a kubeconfig, resolved."""

    server: str
    token: str = ""
    ca_pem: str = ""  # empty: the system's trust store
    namespace: str = ""
    source: str = ""  # the file it came from

    def __repr__(self) -> str:
        return f"Access(server={self.server!r})"  # the token must not reach a traceback


def home(environ: Mapping[str, str]) -> Path:
    """State of the server of this machine."""
    return Path(environ.get("SLIPWAY_HOME") or Path.home() / ".local/share/slipway").absolute()


def login_file(environ: Mapping[str, str]) -> Path:
    """Where `slipway login` stores contexts."""
    base = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "slipway/config"


def find_access(environ: Mapping[str, str], *, kubeconfig: str = "", context: str = "") -> Access:
    """The context to use, from the first kubeconfig that is named or there."""
    named = kubeconfig or environ.get("SLIPWAY_KUBECONFIG", "")
    places = (
        [Path(named).expanduser()] if named else [home(environ) / "admin.kubeconfig", login_file(environ)]
    )
    for path in places:
        if path.is_file():
            return read_access(path, context)
    looked = ", ".join(str(p) for p in places)
    raise CliError(
        "no Slipway server is known: run `slipway up` here, or `slipway login URL` for one elsewhere",
        f"looked for {looked}",
        code=Exit.UNREACHABLE,
    )


def read_access(path: Path, context: str = "") -> Access:
    """One context of a kubeconfig file; its current one by default."""
    document = read_kubeconfig(path)
    name = context or document.get("current-context", "")
    found = _entry(document, "contexts", "context", name, path)
    cluster = _entry(document, "clusters", "cluster", found.get("cluster", ""), path)
    user = _entry(document, "users", "user", found.get("user", ""), path)
    return Access(
        server=str(cluster.get("server", "")).rstrip("/"),
        token=_token(user, path),
        ca_pem=_ca(cluster, path),
        namespace=found.get("namespace", ""),
        source=str(path),
    )


def read_kubeconfig(path: Path) -> dict[str, Any]:
    """The YAML document of a kubeconfig; an empty file is an empty document."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        reason = getattr(error, "problem", None) or getattr(error, "strerror", None) or "not text"
        raise CliError(f"cannot read the kubeconfig {path}: {reason}") from None
    if document is not None and not isinstance(document, dict):
        raise CliError(f"{path} is not a kubeconfig")
    return document or {}


def _entry(document: Mapping[str, Any], section: str, key: str, name: str, path: Path) -> dict[str, Any]:
    for item in document.get(section) or []:
        if item.get("name") == name:
            entry: dict[str, Any] = item.get(key) or {}
            return entry
    raise CliError(f"{path} has no {key} named {name!r}", code=Exit.USAGE)


def _token(user: Mapping[str, Any], path: Path) -> str:
    if user.get("tokenFile"):
        try:
            return (path.parent / str(user["tokenFile"])).read_text().strip()
        except OSError as error:
            raise CliError(f"cannot read the token file named in {path}: {error.strerror}") from None
    return str(user.get("token", ""))


def _ca(cluster: Mapping[str, Any], path: Path) -> str:
    try:
        if cluster.get("certificate-authority-data"):
            return base64.b64decode(cluster["certificate-authority-data"], validate=True).decode()
        if cluster.get("certificate-authority"):
            return (path.parent / str(cluster["certificate-authority"])).read_text()
    except (OSError, binascii.Error, UnicodeDecodeError):
        raise CliError(f"cannot read the certificate authority named in {path}") from None
    return ""
