"""What has to be there before a server can answer. Safe to run again, and on several hosts at once."""

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.db import OperationalError, connection

from slipway.server.certificates import ensure_certificates
from slipway.server.files import CA_CERTIFICATE, KUBECONFIG, PASSWORD, make_home, write_private
from slipway.settings.environment import ENVIRONMENT, Environment

ADMIN = "admin"
TOKEN_LIFE = timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)
ADVISORY_LOCK = 7_443  # any number that nobody else uses in this database


def prepare() -> int:
    """Migrations, certificates, the administrator, its kubeconfig and password; the exit code."""
    try:
        make_home(ENVIRONMENT.home)
        django.setup()
        with _alone():
            call_command("migrate", interactive=False, verbosity=0)
            ensure_certificates(ENVIRONMENT.home, server_names(ENVIRONMENT))
            _ensure_admin_kubeconfig(ENVIRONMENT)
            _ensure_admin_password(ENVIRONMENT)
    except (OSError, OperationalError) as error:  # a full disk, a home of somebody else, no database server
        sys.stderr.write(f"cannot prepare {ENVIRONMENT.home} and its database: {error}\n")
        return 1
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time for all hosts of a database; beside SQLite there is the supervisor's lock already."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def server_names(environment: Environment) -> list[str]:
    """The names under which clients may reach this server."""
    names = ["localhost", "127.0.0.1", "::1", environment.host, *environment.allowed_hosts]
    return list(dict.fromkeys(name for name in names if name not in ("*", "0.0.0.0", "::")))  # noqa: S104


def _ensure_admin_kubeconfig(environment: Environment) -> None:
    """Write it at every start, as the address may be new; its token is kept while it is good."""
    from tenants.actions import create_account, issue_token
    from tenants.authentication import valid_for

    path = environment.home / KUBECONFIG
    token = _token_in(path)
    if not token or valid_for(token) < RENEW_BEFORE:
        token, _ = issue_token(create_account(ADMIN, platform_admin=True), TOKEN_LIFE)
    authority = (environment.home / CA_CERTIFICATE).read_bytes()
    write_private(path, json.dumps(_kubeconfig(environment.url, authority, token), indent=2).encode())


def _ensure_admin_password(environment: Environment) -> None:
    """For the web page of this machine. Delete the file to get a new one; shared databases use tokens."""
    from tenants.actions import create_account, set_password

    path = environment.home / PASSWORD
    if connection.vendor == "sqlite" and not path.exists():
        text = set_password(create_account(ADMIN, platform_admin=True))
        write_private(path, f"{text}\n".encode())


def _token_in(path: Path) -> str:
    try:
        token: str = json.loads(path.read_text())["users"][0]["user"]["token"]
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return ""  # missing, or somebody changed it: a new one is made
    return token


def _kubeconfig(url: str, authority: bytes, token: str) -> dict[str, object]:
    """JSON, which is YAML, too."""
    cluster = {"server": url, "certificate-authority-data": base64.b64encode(authority).decode()}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "slipway", "cluster": cluster}],
        "users": [{"name": ADMIN, "user": {"token": token}}],
        "contexts": [{"name": "slipway", "context": {"cluster": "slipway", "user": ADMIN}}],
        "current-context": "slipway",
    }
