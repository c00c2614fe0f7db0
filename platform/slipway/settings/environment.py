"""The environment, parsed once and typed: every variable that Slipway reads is named here."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from slipway.settings.issuer import IssuerSettings, read_issuer


@dataclass(frozen=True, slots=True)
class Environment:
    """What differs between installations."""

    home: Path  # state: database, CA, keys, logs
    cache: Path  # bundles: can be deleted and built again
    database_url: str
    broker_url: str
    host: str
    port: int
    allowed_hosts: tuple[str, ...]
    lease_seconds: float
    worker_threads: int
    playbooks: Path
    frontend: Path  # the built web page
    issuer: IssuerSettings  # of OpenID Connect
    encryption_key: str = field(repr=False)  # shared by all hosts; without it a key file is made

    @property
    def broker_in_process(self) -> bool:
        """Whether messages go from thread to thread: then there is one worker, and the ticker is in it."""
        return self.broker_url.startswith("memory:")

    @property
    def url(self) -> str:
        """Where this server is reached on its own machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - all interfaces
        return f"https://[{host}]:{self.port}" if ":" in host else f"https://{host}:{self.port}"


def read(environ: dict[str, str] | None = None) -> Environment:
    """The environment with its defaults; relative paths are taken from the working directory."""
    env = dict(os.environ) if environ is None else environ
    home = Path(env.get("SLIPWAY_HOME") or Path.home() / ".local/share/slipway").absolute()
    checkout = Path(__file__).resolve().parents[3]
    return Environment(
        home=home,
        cache=Path(env.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway").absolute(),
        database_url=env.get("SLIPWAY_DATABASE_URL") or f"sqlite:///{home}/slipway.sqlite3",
        broker_url=env.get("SLIPWAY_BROKER_URL") or "memory://",
        host=env.get("SLIPWAY_HOST") or "127.0.0.1",
        port=int(env.get("SLIPWAY_PORT") or "7443"),
        allowed_hosts=tuple(h for h in env.get("SLIPWAY_ALLOWED_HOSTS", "").split(",") if h),
        lease_seconds=float(env.get("SLIPWAY_LEASE_SECONDS") or "10"),
        worker_threads=int(env.get("SLIPWAY_WORKER_THREADS") or "8"),
        playbooks=Path(env.get("SLIPWAY_PLAYBOOKS") or checkout / "playbooks").absolute(),
        frontend=Path(env.get("SLIPWAY_FRONTEND") or checkout / "frontend/dist").absolute(),
        issuer=read_issuer(env),
        encryption_key=env.get("SLIPWAY_ENCRYPTION_KEY", ""),
    )


ENVIRONMENT = read()
