"""Machines of the local driver, and the playbooks run on them as a person would read of it."""

import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import IPv4Network
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

from provisioning import versions
from provisioning.addons import coredns
from provisioning.addons.catalog import chosen
from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome, run_playbook
from provisioning.ansible.topology import ClusterTopology, NodeTarget
from provisioning.bundles.images import release_images
from provisioning.drivers.contract import Driver, MachineRequest, NetworkRequest, OutsideKind
from provisioning.drivers.registry import open_driver
from provisioning.identity.pki import ClusterIdentity

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
GIB = 1 << 30


@dataclass
class Lab:
    """One cluster's machines; `topology` always says what is there."""

    driver: Driver
    directory: Path
    tags: dict[str, str]
    network: str
    topology: ClusterTopology
    identity: ClusterIdentity = field(default_factory=ClusterIdentity.create)

    def add(self, role: Literal["control_plane", "worker"], *names: str) -> None:
        """Make machines and wait until they greet with SSH."""
        self.identity = self.identity.with_ssh_host_keys(names)
        for name in names:
            self.driver.ensure_machine(self._request(name))
        found = {m.name: m.address for m in self.driver.list_machines(self.tags)}
        new = tuple(NodeTarget(n, found[self._outside(n)], role, cpu=1, memory=2 * GIB) for n in names)
        kept = tuple(node for node in self.topology.nodes if node.name not in names)
        nodes = kept + new
        addons = chosen({coredns.ADDON.name: coredns.sized(len(nodes), len(nodes))})
        self.topology = replace(self.topology, nodes=nodes, addons=addons)
        for node in new:
            wait_until(partial(self.greets, node.name), f"SSH of {node.name}")

    def greets(self, name: str) -> bool:
        return self.on(name, "true").returncode == 0

    def forget(self, name: str) -> None:
        """The node is no longer of the cluster."""
        self.topology = replace(
            self.topology, nodes=tuple(node for node in self.topology.nodes if node.name != name)
        )

    def destroy(self, name: str) -> None:
        """A power cut that nobody mends."""
        self.driver.delete_machine(self._outside(name))

    def play(self, playbook: str, *limit: str, **extra: object) -> tuple[RunOutcome, list[RunEvent]]:
        events: list[RunEvent] = []
        workers = [node.name for node in self.topology.workers]
        endpoint = f"https://{self.topology.endpoint_address}:6443"
        outcome = run_playbook(
            playbook,
            self.topology,
            limit=limit,
            extra=extra,
            identity_files=self.identity.files(workers, endpoint, cluster_name=self.topology.name),
            ssh_key=self.identity.ssh_key,
            known_hosts=self.identity.known_hosts({n.name: n.address for n in self.topology.nodes}),
            sink=events.append,
            work_dir=self.directory,
            playbooks=PLAYBOOKS,
        )
        return outcome, events

    def on(self, name: str, command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command on a machine, over the SSH that playbooks use."""
        key = self.directory / "key"
        if not key.exists():
            key.touch(0o600)
            key.write_text(self.identity.ssh_key)
        address = next(node.address for node in self.topology.nodes if node.name == name)
        options = ["-i", str(key), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        options += ["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=3", "-o", "BatchMode=yes"]
        return subprocess.run(
            ["ssh", *options, f"root@{address}", command],
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def _outside(self, name: str) -> str:
        return f"{self.topology.name}-{name}"

    def _request(self, name: str) -> MachineRequest:
        return MachineRequest(
            name=self._outside(name),
            tags=self.tags,
            network=self.network,
            release=self.topology.version,
            hostname=name,
            ssh_key=self.identity.ssh_public_key,
            ssh_host_key=self.identity.ssh_host_keys[name],
        )


@contextmanager
def lab(directory: Path) -> Iterator[Lab]:
    """A network of its own without machines yet; at the end nothing of it is left."""
    name = f"lab-{uuid.uuid4().hex[:8]}"
    driver = open_driver("local", {"storageRoot": str(directory / "storage")}, {})
    tags = {
        "slipway/installation": name,
        "slipway/tenant": "t",
        "slipway/owner": name,
        "slipway/cluster": name,
    }
    try:
        view = driver.ensure_network(NetworkRequest(name, tags))
        yield Lab(driver, directory, tags, name, _topology(name, view.cidr))
    finally:
        for machine in driver.list_machines(tags):
            driver.delete_machine(machine.name)
        driver.delete_network(name)
        assert [found for found in driver.sweep(tags) if found.kind is not OutsideKind.STORAGE] == []


def _topology(name: str, cidr: str) -> ClusterTopology:
    release = versions.find()
    return ClusterTopology(
        name=name,
        uid=name,
        version=release.version,
        endpoint_address=str(IPv4Network(cidr)[-10]),  # far from those that machines are given
        endpoint_kind="virtual_ip",
        pod_cidr="10.244.0.0/16",
        service_cidr="10.96.0.0/16",
        nodes=(),
        image_repository=versions.IMAGE_REPOSITORY,
        image_versions={image.name: image.tag for image in release_images(release)},
        addons=chosen({}),
    )


def wait_until(ready: Callable[[], bool], what: str, patience: float = 60) -> None:
    deadline = monotonic() + patience
    while not ready():
        assert monotonic() < deadline, f"waited in vain for {what}"
        sleep(0.2)
