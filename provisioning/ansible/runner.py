"""Runs one playbook over a cluster's machines: the only importer of ansible_runner."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree, which
from typing import Any, Final

from provisioning.ansible import leash
from provisioning.ansible.events import RunEvent, run_event
from provisioning.ansible.private_data import private_data
from provisioning.ansible.topology import ClusterTopology

_NOTHING: Final[Mapping[str, Any]] = {}
_REFUSAL: Final = re.compile(r"Host key verification failed|Permission denied \(publickey")


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended. When it failed: the first host and step that did, and what they said, redacted."""

    ok: bool
    failed_host: str = ""
    failed_step: str = ""
    message: str = ""
    refused: bool = False  # SSH answered, but with another key than the host's own, or it let ours not in


def run_playbook(  # noqa: PLR0913 - what a run needs, each named at the call
    playbook: str,
    topology: ClusterTopology,
    *,
    limit: tuple[str, ...] = (),
    extra: Mapping[str, Any] = _NOTHING,
    identity_files: Mapping[str, bytes],
    ssh_key: str,
    known_hosts: str = "",
    sink: Callable[[RunEvent], None],
    work_dir: Path,
    playbooks: Path,
    timeout: float = 1200,
    cancelled: Callable[[], bool] = lambda: False,
) -> RunOutcome:
    """Run `playbook` (its name without .yml) on the nodes named in `limit`, or on all.

    `sink` gets each event in order, from this thread. `cancelled` is asked about once a second. Whatever ends
    the run (cancel, timeout, this process' death) ends every process of it and removes its secrets.
    """
    watch = _Watch(sink, time.monotonic() + timeout, cancelled)
    with private_data(topology, extra, identity_files, ssh_key, known_hosts) as root:
        artifacts = work_dir / root.name
        try:
            status = _run(playbooks, playbook, limit, root, artifacts, watch)
        finally:
            rmtree(artifacts, ignore_errors=True)
    return watch.outcome(status)


class _Watch:
    """Sees every event go by, remembers the first failure, and ends the run when it is time."""

    def __init__(
        self, sink: Callable[[RunEvent], None], deadline: float, cancelled: Callable[[], bool]
    ) -> None:
        self._sink = sink
        self._deadline = deadline
        self._cancelled = cancelled
        self._failure: RunEvent | None = None
        self._ended_for = ""
        self.pid_file = Path()

    def on_event(self, event: Mapping[str, Any]) -> bool:
        seen = run_event(event)
        if seen is not None:
            if seen.status in ("failed", "unreachable") and self._failure is None:
                self._failure = seen
            self._sink(seen)
        return False  # the Run keeps the event; a second copy on disk would only cost

    def on_tick(self) -> bool:
        """Asked in the wait for output. Always False: ansible_runner's own cancel kills the leash, too."""
        if not self._ended_for:
            if self._cancelled():
                self._end("the run was cancelled")
            elif time.monotonic() > self._deadline:
                self._end("the run took too long and was ended")
        return False

    def outcome(self, status: str) -> RunOutcome:
        if self._ended_for:
            return RunOutcome(ok=False, message=self._ended_for)
        if status == "successful":
            return RunOutcome(ok=True)
        if self._failure is None:
            return RunOutcome(ok=False, message=f"ansible-playbook ended as {status} before any step failed")
        failure = self._failure
        refused = failure.status == "unreachable" and bool(_REFUSAL.search(failure.text))
        return RunOutcome(
            ok=False,
            failed_host=failure.host,
            failed_step=failure.step,
            message=failure.text,
            refused=refused,
        )

    def _end(self, reason: str) -> None:
        self._ended_for = reason
        try:
            os.kill(int(self.pid_file.read_text()), signal.SIGTERM)
        except (OSError, ValueError):  # not started yet, or over: asked again in a second
            self._ended_for = ""


def _run(
    playbooks: Path, playbook: str, limit: tuple[str, ...], root: Path, artifacts: Path, watch: _Watch
) -> str:
    import ansible_runner

    watch.pid_file = root / "pid"
    runner = ansible_runner.interface.init_runner(
        private_data_dir=str(root),
        artifact_dir=str(artifacts),
        project_dir=str(playbooks),
        inventory=str(root / "inventory"),
        playbook=f"{playbook}.yml",
        limit=",".join(limit) or None,
        envvars=_environment(playbooks, root),
        settings={"pexpect_timeout": 1, "suppress_ansible_output": True},
        suppress_output_file=True,
        event_handler=watch.on_event,
        cancel_callback=watch.on_tick,
        quiet=True,
    )
    runner.config.command = _leashed(runner.config.command, root, artifacts)
    runner.run()
    return str(runner.status)


def _environment(playbooks: Path, root: Path) -> dict[str, str]:
    """ansible-runner would switch the check of host keys off, whatever the inventory and ansible.cfg say."""
    return {
        "ANSIBLE_CONFIG": str(playbooks / "ansible.cfg"),
        "ANSIBLE_LOCAL_TEMP": str(root / "tmp"),
        "ANSIBLE_HOST_KEY_CHECKING": "True",
    }


def _leashed(command: list[str], root: Path, artifacts: Path) -> list[str]:
    program = (
        which(command[0], path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}") or command[0]
    )
    me = [sys.executable, "-S", "-E", leash.__file__, str(os.getpid()), str(root), str(artifacts)]
    return [*me, program, *command[1:]]
