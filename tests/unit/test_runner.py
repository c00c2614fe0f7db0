"""A run ends with its caller and leaves no process and no secret, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome, run_playbook
from tests.unit.test_inventory import TOPOLOGY

ROOT = Path(__file__).parents[2]
PLAY = """\
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - name: Say it
      ansible.builtin.command: {command}
      changed_when: {changed}
"""


@pytest.fixture
def playbooks(tmp_path):
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "ansible.cfg").write_text("[defaults]\ninterpreter_python = /usr/bin/python3\n")

    def write(command: str, *, changed: bool = False) -> Path:
        (tmp_path / "playbooks" / "site.yml").write_text(PLAY.format(command=command, changed=changed))
        return tmp_path / "playbooks"

    return write


def run(playbooks: Path, seen: list[RunEvent], **more: object) -> RunOutcome:
    work = playbooks.parent / "work"
    work.mkdir(exist_ok=True)
    outcome = run_playbook(
        "site",
        TOPOLOGY,
        identity_files={"pki/ca.key": b"KEY"},
        ssh_key="KEY",
        sink=seen.append,
        work_dir=work,
        playbooks=playbooks,
        **more,
    )
    assert list(work.iterdir()) == []
    assert left_over(playbooks) == []
    return outcome


def left_over(playbooks: Path) -> list[str]:
    """Secrets' directories and processes that still know this test's directory."""
    mine = str(playbooks.parent)
    processes = [p for p in psutil.process_iter(["cmdline"]) if mine in " ".join(p.info["cmdline"] or [])]
    return [str(p) for p in processes if p.pid != os.getpid()]


def test_events_arrive_in_order_and_the_outcome_is_good(playbooks):
    seen: list[RunEvent] = []
    assert run(playbooks("echo hello", changed=True), seen, limit=("web-w-1",)) == RunOutcome(ok=True)
    assert [(e.host, e.step, e.status) for e in seen][-1] == ("web-w-1", "Say it", "changed")
    assert [e.sequence for e in seen] == sorted(e.sequence for e in seen)


def test_a_failure_names_host_step_and_reason(playbooks):
    outcome = run(playbooks("sh -c 'echo token=abcdefgh-no-secret >&2; exit 4'"), [], limit=("web-w-1",))
    assert (outcome.ok, outcome.failed_host, outcome.failed_step) == (False, "web-w-1", "Say it")
    assert "non-zero return code" in outcome.message
    assert "abcdefgh" not in outcome.message


def test_a_playbook_that_cannot_begin_is_a_failure_too(playbooks):
    path = playbooks("true")
    (path / "site.yml").write_text("- hosts: [")
    assert not run(path, []).ok


def test_cancel_ends_everything_soon(playbooks):
    begun = time.monotonic()
    outcome = run(playbooks("sleep 300"), [], cancelled=lambda: time.monotonic() - begun > 3)
    assert outcome.message == "the run was cancelled"
    assert time.monotonic() - begun < 60


def test_a_run_that_takes_too_long_is_ended(playbooks):
    outcome = run(playbooks("sleep 300"), [], timeout=3)
    assert outcome == RunOutcome(ok=False, message="the run took too long and was ended")


CALLER = """\
import sys
from pathlib import Path
from tests.unit.test_inventory import TOPOLOGY
from provisioning.ansible.runner import run_playbook
run_playbook("site", TOPOLOGY, identity_files={}, ssh_key="KEY", sink=lambda e: print(e.step, flush=True),
             work_dir=Path(sys.argv[1]), playbooks=Path(sys.argv[2]))
"""


def test_kill_9_of_the_caller_ends_the_run_and_removes_its_secrets(playbooks):
    path, work = playbooks("sleep 300"), playbooks("sleep 300").parent / "work"
    work.mkdir()
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    command = [sys.executable, "-c", CALLER, str(work), str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline()  # the play has started
        family = psutil.Process(caller.pid).children(recursive=True)
        secrets = next(iter(work.iterdir())).name
        caller.send_signal(signal.SIGKILL)
    assert family
    gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert len(gone) == len(family)
    assert not list(work.iterdir())
    assert not any((root / secrets).exists() for root in (Path("/dev/shm"), Path("/tmp")))
