"""Runs one playbook over a cluster's machines: the only importer of ansible_runner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.ansible.events import RunEvent
from provisioning.ansible.topology import ClusterTopology


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended. When it failed: the first host and step that did, and what they said, redacted."""

    ok: bool
    failed_host: str = ""
    failed_step: str = ""
    message: str = ""


def run_playbook(
    playbook: str,
    topology: ClusterTopology,
    *,
    limit: tuple[str, ...] = (),
    extra: Mapping[str, Any] = {},
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

    `sink` gets every event in order, from this thread. `cancelled` is asked about once a second.
    """
    raise NotImplementedError
