"""The raw side on bare hosts: prepared with the same files as Slipway's, an address set by hand, kubeadm over SSH."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.declaration import Declaration
from benchmarks.raw_cloud import parallel
from benchmarks.raw_kubeadm import Kubeadm
from benchmarks.slipway import timed
from provisioning.drivers.baremetal import preparing, wiping
from provisioning.drivers.baremetal.session import session
from provisioning.drivers.image import ImageRequest
from provisioning.identity.ssh_access import SshAccess
from tests.support.bare.rack import BareHost, Rack

_OWNER = "raw"


@dataclass
class Hosts:
    """The hosts of one cluster by the names of its machines."""

    rack: Rack
    files: ImageRequest
    taken: dict[str, BareHost] = field(default_factory=dict)

    @property
    def outside(self) -> dict[str, str]:
        return {name: host.address for name, host in self.taken.items()}

    @property
    def inside(self) -> dict[str, str]:
        return self.outside

    @property
    def endpoint(self) -> str:
        return self.rack.addresses.partition("-")[0]

    @property
    def public_endpoint(self) -> str:
        return self.endpoint

    def prepare(self, *names: str) -> None:
        """On the next hosts of the rack, side by side."""
        free = [host for host in self.rack.hosts if host not in self.taken.values()]
        self.taken |= dict(zip(names, free, strict=False))
        parallel(self._prepare, names)

    def carry_endpoint(self) -> None:
        self.taken["cp1"].run(f"ip address add {self.endpoint}/32 dev eth0")

    def give_back(self) -> None:
        """As Slipway does: the next round begins on hosts without a trace."""
        parallel(self._wipe, self.taken)

    def _prepare(self, name: str) -> None:
        with session(self._access(name)) as host:
            system, _ = preparing.claim(host, _OWNER, name)
            preparing.prepare(host, system, self.files)

    def _wipe(self, name: str) -> None:
        with session(self._access(name)) as host:
            wiping.wipe(host, _OWNER, name, ())

    def _access(self, name: str) -> SshAccess:
        host = self.taken[name]
        return SshAccess(host.address, key=self.rack.key, host_key=host.host_key())


def measure(declaration: Declaration, rack: Rack, files: ImageRequest, key: Path) -> dict[str, Any]:
    """One life by hand; the hosts are as before at its end."""
    control_planes = [f"cp{n}" for n in range(1, declaration.control_planes + 1)]
    workers = [f"w{n}" for n in range(1, declaration.workers + 1)]
    hosts, steps, measured = Hosts(rack, files), dict[str, Any](), dict[str, Any]()
    nodes, began = Kubeadm(hosts, key, declaration.version), time.monotonic()
    try:
        with timed(steps, "hosts prepared"):
            hosts.prepare(*control_planes, *workers)
        prepared = time.monotonic() - began
        hosts.carry_endpoint()
        for step in (nodes.init, nodes.pod_network, nodes.wait_for_token, nodes.join, nodes.wait_for_nodes):
            with timed(steps, step.__name__.replace("_", " ")):
                step()
        total, more = time.monotonic() - began, f"w{declaration.workers + 1}"
        with timed(measured, "one_more_worker"):
            hosts.prepare(more)
            nodes.join(more)
            nodes.wait_for_nodes()
        with timed(measured, "delete"):
            parallel(lambda name: nodes.on(name, "kubeadm reset --force"), hosts.taken)
    finally:
        hosts.give_back()
    return {"create": total, "prepared": prepared, **measured, "steps": steps}
