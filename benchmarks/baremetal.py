"""`make bench-baremetal`: the same cluster on the same bare hosts by kubeadm by hand and by Slipway, in turn.

Containers play the hosts. Needs Docker, the release's bundle and a running Slipway (`slipway up`) whose home is in
SLIPWAY_HOME. Both sides prepare hosts with the same files.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import baremetal_report, raw_hosts
from benchmarks.command import options, say
from benchmarks.declaration import TENANT, Declaration, declare
from benchmarks.slipway import SlipwaySide, timed
from provisioning.bundles.host_files import ensure_host_files
from provisioning.drivers.image import ImageRequest
from tests.support.bare.rack import Rack, rack

PROVIDER, SYSTEM = "room", "debian-12"
PREPARING = (
    "Preflight", "Network", "Borrow", "Group", "Release", "Identity", "Machines", "Address", "Endpoint", "Credential",
    "Answers", "Members",
)  # fmt: skip


def main() -> None:
    """Rounds of raw and Slipway in turn, so that both meet the same noise; then the table."""
    chosen = _chosen()
    declaration = _declaration(chosen)
    found = ensure_host_files(chosen.version, [SYSTEM])
    files = ImageRequest(found.release, found.path, found.checksum)
    rounds: list[dict[str, Any]] = []
    with rack() as racked, tempfile.TemporaryDirectory(prefix="slipway-bench-") as directory:
        racked.add(*(f"h{n}" for n in range(declaration.control_planes + declaration.workers + 1)))
        racked.wait()
        key = Path(directory) / "key"
        key.touch(0o600)
        key.write_text(racked.key)
        side = HostsSide(chosen, declaration, racked)
        side.offer_hosts()
        for number in range(1, chosen.rounds + 1):
            say(f"round {number} of {chosen.rounds}: raw")
            by_hand = raw_hosts.measure(declaration, racked, files, key)
            say(f"round {number} of {chosen.rounds}: Slipway")
            rounds.append({"raw": by_hand, "slipway": side.measure_life()})
            chosen.output.write_text(json.dumps({"rounds": rounds}, indent=2) + "\n")
    sys.stdout.write(baremetal_report.markdown(declaration, rounds))


class HostsSide(SlipwaySide):
    """Slipway's side on a Provider of the baremetal driver."""

    def __init__(self, chosen: argparse.Namespace, declaration: Declaration, racked: Rack) -> None:
        super().__init__(chosen.home, chosen.kubectl, declaration)
        self._rack = racked

    def offer_hosts(self) -> None:
        settings = {"network": str(self._rack.subnet), "addresses": self._rack.addresses}
        documents = [
            declare("Provider", PROVIDER, {"driver": "baremetal", "settings": settings}, ""),
            declare("Tenant", TENANT, {}, ""),
        ]
        for host in self._rack.hosts:
            spec = {
                "provider": PROVIDER,
                "address": host.address,
                "secrets": {"privateKey": self._rack.key},
            }
            documents.append(declare("Host", host.name, spec, ""))
        for document in documents:
            self._call("apply", "-f", "-", given=json.dumps(document))
        self._wait_for_hosts()

    def measure_life(self) -> dict[str, Any]:
        """Created, grown, deleted with its hosts wiped."""
        measured: dict[str, Any] = {}
        self._wait_for_hosts()
        try:
            with timed(measured, "create"):
                self._create()
            measured["steps"] = self._phases()
            measured["runs"] = self._runs()
            measured["prepared"] = sum(measured["steps"].get(phase, 0) for phase in PREPARING)
            with timed(measured, "one_more_worker"):
                self._grow()
        finally:
            with timed(measured, "delete"):
                self._delete()
        return measured

    def _wait_for_hosts(self) -> None:
        for host in self._rack.hosts:
            self._wait("jsonpath={.status.state}=Free", f"host.slipway.dev/{host.name}")

    def _wait_for_dns(self) -> None:
        """A cluster that is Ready has a DNS that Slipway saw; the raw side waits for its roll-out."""


def _declaration(chosen: argparse.Namespace) -> Declaration:
    """Of machines as the hosts are."""
    control_planes = {"replicas": chosen.control_planes}
    cluster = {"provider": PROVIDER, "version": chosen.version, "controlPlane": control_planes}
    documents = (
        declare("Cluster", "web", cluster),
        declare("NodePool", "web-workers", {"clusterName": "web", "replicas": chosen.workers}),
    )
    return Declaration(documents, chosen.version)


def _chosen() -> argparse.Namespace:
    parser = options(__doc__, name="baremetal", rounds=2)
    parser.add_argument("--control-planes", type=int, choices=[1, 3, 5], default=3)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
