"""`up`, `down` and `status` with a small stand-in for the server process."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slipway.cli.errors import Exit

STAND_IN = """
import json, os, pathlib, sys, time
home = pathlib.Path(os.environ["SLIPWAY_HOME"])
{body}
"""
WRITE_STATE = """
state = {{"pid": os.getpid(), "url": {url!r}, "processes": {{"worker": 7}}}}
(home / "state.json").write_text(json.dumps(state))
(home / "admin.kubeconfig").write_text({kubeconfig!r})
time.sleep(60)
"""


class RealClock:
    """Time that passes by itself, polled often."""

    def __call__(self) -> float:
        return time.monotonic()

    def sleep(self, _: float) -> None:
        time.sleep(0.05)


@pytest.fixture
def started():
    """Pids to end after the test."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        subprocess.run(["kill", "-9", str(pid)], check=False, capture_output=True)


@pytest.fixture
def stand_in(offline, server, tmp_path: Path):
    """Make `up` start a script that behaves like this; real time passes."""

    def install(body: str) -> None:
        script = tmp_path / "server.py"
        script.write_text(STAND_IN.format(body=body))
        # The module's name among the arguments is how a server process is recognised.
        offline.server_command = (sys.executable, str(script), "slipway.server", "up")
        offline.clock = RealClock()

    server.on["GET", "/readyz"] = (200, "ok")
    return install


@pytest.fixture
def good_server(stand_in, server, run):
    kubeconfig = (run.home / "admin.kubeconfig").read_text()
    (run.home / "admin.kubeconfig").unlink()
    stand_in(WRITE_STATE.format(url=server.url, kubeconfig=kubeconfig))


def state(home: Path):
    return json.loads((home / "state.json").read_text())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_up_waits_until_it_answers_then_down_ends_it(run, server, good_server, started):
    up = run("up")
    pid = state(run.home)["pid"]
    started.append(pid)

    assert up.exit_code == 0
    assert server.url in up.stdout
    assert str(run.home / "admin.kubeconfig") in up.stdout
    assert "slipway cluster create" in up.stdout
    assert os.getsid(pid) != os.getsid(0)

    again = run("up")
    assert (again.exit_code, "already" in again.stdout) == (0, True)
    assert state(run.home)["pid"] == pid

    down = run("down")
    assert (down.exit_code, alive(pid)) == (0, False)


def test_up_that_fails_says_why_without_a_traceback(offline, stand_in):
    stand_in("print('migrating', flush=True); raise OSError('port 7443 is in use')")

    result = offline("up")

    assert result.exit_code == Exit.ERROR
    assert "OSError: port 7443 is in use" in result.stderr
    assert "Traceback" not in result.stderr
    assert "server.log" in result.stderr


def test_only_the_lines_of_this_start_are_shown(offline, stand_in):
    log = offline.home / "log/server.log"
    log.parent.mkdir()
    log.write_text("of last week\n")
    stand_in("sys.exit('of today')")

    result = offline("up")

    assert "of today" in result.stderr
    assert "of last week" not in result.stderr


def test_up_that_never_answers_runs_into_its_timeout(offline, stand_in, started):
    stand_in("(home / 'pid').write_text(str(os.getpid())); print('slow', flush=True); time.sleep(60)")

    result = offline("up", "--timeout", "1s")

    started.append(int((offline.home / "pid").read_text()))
    assert result.exit_code == Exit.TIMEOUT
    assert "slow" in result.stderr


def test_down_never_signals_a_stranger(offline):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (offline.home / "state.json").write_text(json.dumps({"pid": stranger.pid, "url": "https://x"}))

        result = offline("down")

        assert result.stdout == "Slipway is not running.\n"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_foreground_refuses_a_second_server(run, good_server, started):
    run("up")
    started.append(state(run.home)["pid"])

    assert run("up", "--foreground").exit_code == Exit.CONFLICT


def test_status_shows_server_worker_and_clusters(run, server):
    server.on["GET", "/version"] = (200, {"gitVersion": "v0.1.0"})
    server.on["GET", "/readyz"] = (200, "[+]database ok\n[+]worker ok\nreadyz check passed\n")
    for name, ready in (("a", "True"), ("b", "False")):
        server.put("clusters", "demo", name, status={"conditions": [{"type": "Ready", "status": ready}]})

    text, document = run("status").stdout, json.loads(run("status", "-o", "json").stdout)

    assert "2 (1 ready)" in text
    assert "worker    ok" in text
    assert document["clusters"] == {"total": 2, "ready": 1, "blocked": 0, "deleting": 0}
    assert document["checks"] == {"database": "ok", "worker": "ok"}


def test_status_without_a_server(offline):
    assert offline("status").exit_code == Exit.UNREACHABLE


def test_version_asks_no_server_with_client(offline):
    assert offline("version", "--client").stdout.startswith("client: 0.")


def test_version_of_both(run, server):
    server.on["GET", "/version"] = (200, {"gitVersion": "v0.1.0"})

    assert json.loads(run("version", "-o", "json").stdout)["server"] == "v0.1.0"
