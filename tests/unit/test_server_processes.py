"""The real process tree of `up`: one at a time, mended when killed, gone without a trace."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.timeout(300)


class Running:
    """An `up` with a home of its own."""

    def __init__(self, home, port):
        self.home, self.port = Path(home), port
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLIPWAY_", "DJANGO_"))},
            "SLIPWAY_HOME": str(home),
            "SLIPWAY_PORT": str(port),
        }
        self.output = self.home.with_suffix(".out")
        self.process = None

    def start(self):
        with self.output.open("w") as out:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=out, stderr=out)
        eventually(lambda: self.process.poll() is not None or self.state().get("ready"), self.said)
        assert self.process.poll() is None, self.said()
        return self

    def run(self):
        return subprocess.run(
            self.command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    @property
    def command(self):
        return [sys.executable, "-m", "slipway.server", "up"]

    def said(self):
        logs = [f"{p.name}: {p.read_text()[-2000:]}" for p in self.home.glob("log/*.log")]
        return "\n".join([self.output.read_text(), *logs])

    def state(self):
        path = self.home / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def tree(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def token(self):
        kubeconfig = json.loads((self.home / "admin.kubeconfig").read_text())
        return kubeconfig["users"][0]["user"]["token"]

    def get(self, path, token=None):
        context = ssl.create_default_context(cafile=str(self.home / "tls/ca.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def eventually(what, explain=lambda: "", seconds=100):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    return pytest.fail(f"did not happen within {seconds} s: {explain()}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("up") / "home", free_port())
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture
def own_server(tmp_path):
    running = Running(tmp_path / "home", free_port())
    try:
        yield running.start()
    finally:
        running.kill()


def test_home_and_kubeconfig_are_private(server):
    assert server.home.stat().st_mode & 0o777 == 0o700
    assert (server.home / "admin.kubeconfig").stat().st_mode & 0o777 == 0o600


def test_state_names_the_process_and_its_url(server):
    state = server.state()
    assert state["pid"] == server.process.pid
    assert state["url"] == f"https://127.0.0.1:{server.port}"
    assert set(state["processes"]) >= {"web"}


def test_supervisor_is_small(server):
    assert psutil.Process(server.process.pid).memory_info().rss < 25 * 2**20


def test_old_tls_is_refused(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain)


def test_a_second_up_names_the_first_and_leaves_it_alone(server):
    before = server.state()
    second = server.run()
    assert second.returncode == 0
    assert f"already running at https://127.0.0.1:{server.port} (pid {server.process.pid})" in second.stdout
    assert server.state()["processes"]["web"] == before["processes"]["web"]
    assert server.process.poll() is None


def test_a_port_in_use_is_named_with_the_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = Running(tmp_path / "home", port).run()
    assert refused.returncode == 1
    assert f"port {port} on 127.0.0.1 is used by another program" in refused.stdout
    assert "SLIPWAY_PORT" in refused.stdout
    assert not (tmp_path / "home/state.json").exists()


def test_an_address_that_is_not_ours_is_named(tmp_path):
    running = Running(tmp_path / "home", free_port())
    running.environment["SLIPWAY_HOST"] = "192.0.2.1"
    refused = running.run()
    assert refused.returncode == 1
    assert "192.0.2.1" in refused.stdout
    assert "SLIPWAY_HOST" in refused.stdout


def test_a_database_that_cannot_be_opened_is_told_in_a_line(tmp_path):
    running = Running(tmp_path / "home", free_port())
    running.environment["SLIPWAY_DATABASE_URL"] = f"sqlite:///{tmp_path}/missing/db"
    refused = running.run()
    assert refused.returncode == 1
    assert "unable to open database file" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "nothing was started" in refused.stdout


def test_a_killed_web_process_is_back_and_no_connection_was_refused(server):
    web = server.state()["processes"]["web"]
    os.kill(web, signal.SIGKILL)
    status, _ = server.get("/readyz")  # waits in the supervisor's socket until the new process takes it
    assert status == 200
    assert server.state()["processes"]["web"] != web


def test_killed_supervisor_leaves_no_process_and_can_be_started_again(own_server):
    children = own_server.tree()
    token = own_server.token()
    assert children
    own_server.process.kill()
    own_server.process.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    own_server.start()
    assert own_server.token() == token


def test_sigterm_ends_everything_cleanly(own_server):
    children = own_server.tree()
    own_server.process.terminate()
    assert own_server.process.wait(20) == 0
    assert [c for c in children if c.is_running()] == []
    assert own_server.state() == {}
