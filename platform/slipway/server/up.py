"""`up`: the whole of Slipway on one machine, in one process tree."""

import errno
import http.client
import os
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from slipway.server import supervisor
from slipway.server.children import Child, spawn
from slipway.server.files import CA_CERTIFICATE, KUBECONFIG, make_home
from slipway.server.state import AlreadyRunning, State, only_one
from slipway.server.supervisor import Supervisor, say
from slipway.settings.environment import ENVIRONMENT, Environment

SOCKET_VARIABLE = "SLIPWAY_LISTEN_FD"
"""The web process gets its socket from the supervisor: while it restarts, connections wait."""


def up() -> int:
    """Run until told to stop. A second one leaves the first alone."""
    make_home(ENVIRONMENT.home)
    try:
        with only_one(ENVIRONMENT.home):
            return _run(ENVIRONMENT)
    except AlreadyRunning as running:
        return _report(running.state, ENVIRONMENT.home)


def _run(environment: Environment) -> int:
    try:
        listener = _listen(environment.host, environment.port)
    except OSError as error:
        say(_why_not(error, environment))
        return 1
    supervisor.take_signals()
    if spawn(["prepare"], os.environ).wait() != 0:
        say("could not prepare the server: nothing was started")
        return 1
    state = State(os.getpid(), environment.url, datetime.now(UTC).isoformat(timespec="seconds"))
    _supervise(environment, listener, state)
    return 0


def _supervise(environment: Environment, listener: socket.socket, state: State) -> None:
    logs = environment.home / "log"
    logs.mkdir(exist_ok=True)
    web_environment = {**os.environ, SOCKET_VARIABLE: str(listener.fileno())}
    children = [
        Child("web", logs, web_environment, inherit=(listener.fileno(),)),
        Child("worker", logs, os.environ),
    ]
    if not environment.broker_in_process:  # else the ticker is a thread of the worker
        children.append(Child("ticker", logs, os.environ))

    def changed() -> None:
        state.processes = {c.name: c.pid for c in children if c.pid is not None}
        state.write(environment.home)

    def is_ready() -> bool:
        if not answers(environment.url, environment.home):
            return False
        state.ready = True
        changed()
        say(f"Slipway is ready at {environment.url} (pid {state.pid})")
        say(f"kubeconfig: {environment.home / KUBECONFIG}")
        return True

    Supervisor(children, changed, is_ready).run()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _why_not(error: OSError, environment: Environment) -> str:
    where = f"port {environment.port} on {environment.host}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is used by another program: stop that one, or set SLIPWAY_PORT to a free port"
    return (
        f"cannot listen to {where}: {error.strerror}. Set SLIPWAY_HOST and SLIPWAY_PORT to what can be used"
    )


def answers(url: str, home: Path, timeout: float = 5.0) -> bool:
    """Whether a server with our own CA answers there."""
    try:
        context = ssl.create_default_context(cafile=str(home / CA_CERTIFICATE))
        connection = http.client.HTTPSConnection(
            url.removeprefix("https://"), timeout=timeout, context=context
        )
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def _report(state: State | None, home: Path) -> int:
    if state is None:
        say("Slipway is just being started by another process")
        return 0
    if answers(state.url, home):
        say(f"Slipway is already running at {state.url} (pid {state.pid})")
        return 0
    say(f"Slipway is already running (pid {state.pid}) but {state.url} does not answer: see {home / 'log'}")
    return 1
