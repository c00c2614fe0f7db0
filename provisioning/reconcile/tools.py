"""Chooses the toolbox: real Ansible and Kubernetes, or the simulated ones above a simulated driver."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from provisioning import versions
from provisioning.addons.catalog import CATALOG
from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome, run_playbook
from provisioning.ansible.topology import ClusterTopology
from provisioning.bundles.images import release_images
from provisioning.drivers.contract import Driver
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.identity.pki import ClusterIdentity
from provisioning.identity.roles import rbac_manifest
from provisioning.kube.client import connect
from provisioning.kube.observation import ClusterObservation, Workload
from provisioning.models.installation import installation_key
from provisioning.reconcile.tags import INSTALLATION
from provisioning.reconcile.toolbox import Toolbox, answering
from slipway.settings.environment import ENVIRONMENT


def toolbox(driver: Driver) -> Toolbox:
    """The toolbox that fits the driver's machines."""
    if driver.simulated:
        from provisioning.simulation.toolbox import SimulatedToolbox

        return SimulatedToolbox(driver)
    return RealToolbox(driver)


class RealToolbox:
    """Ansible over SSH, and the cluster's own API."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def prepare(self, version: str) -> None:
        """What machines of the release start from, made from its bundle when it is not there yet."""
        match self._driver.image_source:
            case ImageSource.CONTAINER:
                from provisioning.bundles.node_image import ensure_node_image

                ensure_node_image(version, ENVIRONMENT.cache)
            case ImageSource.DISK:
                from provisioning.bundles.disk_image import SIZE, ensure_disk_image

                image = ensure_disk_image(version, ENVIRONMENT.cache)
                ours = {INSTALLATION: installation_key()}
                self._driver.ensure_image(ImageRequest(image.release, image.path, image.checksum, SIZE, ours))
            case ImageSource.HOST:
                from provisioning.bundles.host_files import ensure_host_files

                found = ensure_host_files(version, self._driver.systems(), ENVIRONMENT.cache)
                self._driver.ensure_image(ImageRequest(found.release, found.path, found.checksum))

    def missing_images(self, version: str) -> set[str]:
        """Those that the bundle lacks. What an operator's own image carries nobody knows: it is taken to be whole."""
        from provisioning.bundles.store import find_bundle

        bundle = find_bundle(version, ENVIRONMENT.cache)
        if self._driver.image_source is ImageSource.OPERATOR or bundle is None:
            return set()
        return {i.name for i in release_images(versions.find(version)) if i.reference not in bundle.images}

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
        """Private files live on a memory file system where there is one, only while the run goes on."""
        workers = [n.name for n in topology.workers if not limit or n.name in limit]
        with tempfile.TemporaryDirectory(prefix="slipway-run-", dir=_memory()) as directory:
            return run_playbook(
                playbook,
                topology,
                limit=limit,
                extra=extra,
                identity_files={
                    **identity.files(workers, _inside(topology), cluster_name=topology.name),
                    "access.yml": rbac_manifest().encode(),
                    **{f"cloud/{name}": text.encode() for name, text in cloud_files.items()},
                },
                ssh_key=identity.ssh_key,
                known_hosts=identity.known_hosts({n.name: n.reach or n.address for n in topology.nodes}),
                sink=sink,
                work_dir=Path(directory),
                playbooks=ENVIRONMENT.playbooks,
                cancelled=cancelled,
            )

    def observe(self, topology: ClusterTopology, identity: ClusterIdentity) -> ClusterObservation:
        """One look through the endpoint, and one at each etcd member."""
        addons = {name: tuple(_workload(w) for w in CATALOG[name].workloads) for name in topology.addons}
        members = [n.address for n in topology.control_planes if n.reach in ("", n.address)]
        with connect(identity, _public(topology)) as client:
            return client.observe(members, addons)

    def patch_node(
        self, topology: ClusterTopology, identity: ClusterIdentity, node: str, change: Mapping[str, Any]
    ) -> None:
        """Through the endpoint."""
        with connect(identity, _public(topology)) as client:
            client.patch_node(node, change)

    def release_services(self, topology: ClusterTopology, identity: ClusterIdentity) -> list[str]:
        """Through the endpoint."""
        with connect(identity, _public(topology)) as client:
            return client.release_services()

    def reachable(self, addresses: Iterable[str], patience: float) -> set[str]:
        """Those that greet with SSH."""
        return answering(addresses, patience)


def _inside(topology: ClusterTopology) -> str:
    return f"https://{topology.endpoint_address}:6443"


def _public(topology: ClusterTopology) -> str:
    return f"https://{topology.public_address or topology.endpoint_address}:6443"


def _workload(text: str) -> Workload:
    """`Deployment/kube-system/coredns` as the cluster client names it."""
    kind, namespace, name = text.split("/")
    return Workload("daemonsets" if kind == "DaemonSet" else "deployments", namespace, name)


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - private directory inside, mode 0700
