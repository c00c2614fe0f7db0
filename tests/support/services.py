"""A throw-away PostgreSQL and Redis beside one command; only Python's own library, as it is run before set-up."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.support.service_packages import install_missing, postgres_programs

PREFIX = "slipway-services-"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
CONNECTIONS = 300  # every test process has a few servers, and each of their threads a connection


def main(command: list[str]) -> int:
    """Run `command` beside the servers; its exit code."""
    if not command:
        sys.stderr.write("usage: with-services.sh COMMAND...\n")
        return 2
    install_missing()
    signal.signal(signal.SIGTERM, _end)  # an exception, so that the servers are stopped on the way out
    with _folder() as folder, contextlib.ExitStack() as servers:
        database = servers.enter_context(_postgres(folder))
        broker = servers.enter_context(_redis(folder))
        return _run(command, {"SLIPWAY_TEST_DATABASE_URL": database, "SLIPWAY_TEST_BROKER_URL": broker})


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


# --- state -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where there is such a file system, named after us; those of killed runs are removed."""
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    for other in base.glob(f"{PREFIX}*"):
        if not _alive(other):
            shutil.rmtree(other, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(folder: Path) -> bool:
    pid = folder.name.removeprefix(PREFIX).partition("-")[0]
    return not pid.isdigit() or Path("/proc", pid).exists()


# --- servers -----------------------------------------------------------------------------------------------------


def _server_user() -> str:
    """PostgreSQL refuses to run as root."""
    return "postgres" if any(u.pw_name == "postgres" for u in pwd.getpwall()) else "nobody"


@dataclass
class _Server:
    """A server's process: it gets `stop` when it is to end, and from the kernel when we are killed."""

    name: str
    folder: Path
    stop: signal.Signals
    user: str = field(default_factory=_server_user)

    def as_user(self, *command: str, killed_with: signal.Signals = signal.SIGKILL) -> list[str]:
        """The command as somebody who is not root; it gets `killed_with` when we are killed."""
        command = ("setpriv", f"--pdeathsig={killed_with.name.removeprefix('SIG')}", *command)
        if os.geteuid() != 0:
            return list(command)
        return [
            "setpriv",
            f"--reuid={self.user}",
            f"--regid={pwd.getpwnam(self.user).pw_gid}",
            "--clear-groups",
            *command,
        ]

    def make_folder(self) -> Path:
        """A folder of the server's own."""
        own = self.folder / self.name
        own.mkdir(mode=0o700)
        if os.geteuid() == 0:
            self.folder.chmod(0o711)  # the server may walk through it
            shutil.chown(own, self.user, pwd.getpwnam(self.user).pw_gid)
        return own

    @contextlib.contextmanager
    def run(self, command: list[str], ready: list[str]) -> Iterator[None]:
        """The server while the block runs, from the moment when `ready` succeeds."""
        log = self.folder / f"{self.name}.log"
        started = self.as_user(*command, killed_with=self.stop)
        with log.open("wb") as output:
            # A session of its own: Ctrl-C is for the command, which still needs its servers.
            process = subprocess.Popen(started, stdout=output, stderr=output, start_new_session=True)
        try:
            self._wait_until(ready, process, log)
            yield
        finally:
            self._stop(process)

    def _wait_until(self, ready: list[str], process: "subprocess.Popen[bytes]", log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{self.name} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        process.send_signal(self.stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    server, programs, port = _Server("postgres", folder, signal.SIGQUIT), postgres_programs(), _free_port()
    own, password = server.make_folder(), secrets.token_hex(16)
    first = own / "password"
    first.write_text(password)
    if os.geteuid() == 0:
        shutil.chown(first, server.user)
    initdb = (
        *(f"{programs}/initdb", "--pgdata", f"{own}/data", "--username=slipway", f"--pwfile={first}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
    )
    subprocess.run(server.as_user(*initdb), check=True, stdout=subprocess.DEVNULL, cwd="/")
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(own),
        "max_connections": str(CONNECTIONS),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    with server.run([f"{programs}/postgres", "-D", f"{own}/data", *options], ready):
        yield f"postgres://slipway:{password}@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server, port = _Server("redis", folder, signal.SIGTERM), _free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    own = server.make_folder()
    ready = ["redis-cli", "-p", str(port), "ping"]
    with server.run(["redis-server", *options, "--dir", str(own)], ready):
        yield f"redis://127.0.0.1:{port}/0"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the command -------------------------------------------------------------------------------------------------


def _run(command: list[str], servers: dict[str, str]) -> int:
    process = subprocess.Popen(command, env={**os.environ, **servers})
    try:
        return _wait_for(process)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _wait_for(process: "subprocess.Popen[bytes]") -> int:
    """Its exit code. Ctrl-C reached it, too: it gets the time to end by itself."""
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            if not sys.stdin.isatty():  # sent to us alone
                process.send_signal(signal.SIGINT)
        else:
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
