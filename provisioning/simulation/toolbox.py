"""The toolbox of the phases above a fake cloud: simulated runs, simulated clusters, machines that answer at once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome
from provisioning.ansible.topology import ClusterTopology
from provisioning.drivers.contract import Driver
from provisioning.identity.pki import ClusterIdentity
from provisioning.kube.observation import ClusterObservation
from provisioning.simulation.cluster import SimulatedCluster
from provisioning.simulation.runner import SimulatedRunner
from provisioning.simulation.world import cloud_of


class SimulatedToolbox:
    """Fails where the fake cloud was told to."""

    def __init__(self, driver: Driver) -> None:
        self._cloud = cloud_of(driver)

    def prepare(self, version: str) -> None:
        """Simulated machines carry every release."""

    def missing_images(self, version: str) -> set[str]:  # noqa: ARG002 - as with real machines
        """None is missing."""
        return set()

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
        """Play it in the cloud's own file."""
        runner = SimulatedRunner(self._cloud)
        unused = {"extra": extra, "identity": identity, "cloud_files": cloud_files}
        return runner.run(playbook, topology, limit=limit, sink=sink, cancelled=cancelled, **unused)

    def observe(self, topology: ClusterTopology, identity: ClusterIdentity) -> ClusterObservation:  # noqa: ARG002
        """Look at the simulated cluster."""
        with SimulatedCluster(self._cloud, topology.uid) as cluster:
            return cluster.observe(
                [n.address for n in topology.control_planes], dict.fromkeys(topology.addons)
            )

    def patch_node(
        self,
        topology: ClusterTopology,
        identity: ClusterIdentity,  # noqa: ARG002 - simulated clusters let everybody in
        node: str,
        change: Mapping[str, Any],
    ) -> None:
        """Change the simulated node."""
        with SimulatedCluster(self._cloud, topology.uid) as cluster:
            cluster.patch_node(node, change)

    def release_services(self, topology: ClusterTopology, identity: ClusterIdentity) -> list[str]:  # noqa: ARG002
        """Those of the simulated cluster."""
        with SimulatedCluster(self._cloud, topology.uid) as cluster:
            return cluster.release_services()

    def reachable(self, addresses: Iterable[str], patience: float) -> set[str]:  # noqa: ARG002 - at once or never
        """Simulated machines answer at once."""
        return set(addresses)
