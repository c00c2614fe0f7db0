"""What phases reach machines and clusters with: real, or simulated above a fake cloud."""

import socket
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome
from provisioning.ansible.topology import ClusterTopology
from provisioning.identity.pki import ClusterIdentity
from provisioning.kube.observation import ClusterObservation


class Toolbox(Protocol):
    """The two ways into a cluster, and what has to be there before its first machine."""

    def prepare(self, version: str) -> None:
        """Make sure that machines of that release can be made: BundleMissing and BundleCorrupt say what to do."""
        ...

    def missing_images(self, version: str) -> set[str]:
        """Images of the release, by name, that its machines do not carry."""
        ...

    def run(  # noqa: PLR0913 - what a run needs, each named at the call
        self,
        playbook: str,
        topology: ClusterTopology,
        *,
        limit: tuple[str, ...],
        extra: Mapping[str, Any],
        identity: ClusterIdentity,
        cloud_files: Mapping[str, str],
        sink: Callable[[RunEvent], None],
        cancelled: Callable[[], bool],
    ) -> RunOutcome:
        """Run one playbook."""
        ...

    def observe(self, topology: ClusterTopology, identity: ClusterIdentity) -> ClusterObservation:
        """Look at the cluster; bounded to seconds, never raises for one that is away."""
        ...

    def patch_node(
        self, topology: ClusterTopology, identity: ClusterIdentity, node: str, change: Mapping[str, Any]
    ) -> None:
        """Apply a JSON merge patch to a Node."""
        ...

    def release_services(self, topology: ClusterTopology, identity: ClusterIdentity) -> list[str]:
        """Delete the Services of type LoadBalancer; those that are still there, as namespace/name."""
        ...

    def reachable(self, addresses: Iterable[str], patience: float) -> set[str]:
        """Which of the addresses answer SSH within `patience` seconds."""
        ...


def answering(addresses: Iterable[str], patience: float) -> set[str]:
    """The addresses whose port 22 greets with an SSH banner within `patience` seconds; asked all at once."""
    deadline = time.monotonic() + patience
    wanted = list(addresses)
    if not wanted:
        return set()
    with ThreadPoolExecutor(max_workers=min(32, len(wanted))) as pool:
        found = pool.map(lambda a: _greets(a, deadline), wanted)
        return {address for address, greets in zip(wanted, found, strict=True) if greets}


def _greets(address: str, deadline: float) -> bool:
    while True:
        try:
            with socket.create_connection((address, 22), timeout=1) as connection:
                connection.settimeout(2)
                if connection.recv(4) == b"SSH-":
                    return True
        except OSError:
            pass
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
