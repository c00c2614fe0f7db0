"""`make bench-openstack`: the same cluster by openstacksdk and kubeadm by hand and by Slipway, in turn, in the lab.

Needs the lab, the release's bundle and a running Slipway (`slipway up`) whose home is in SLIPWAY_HOME. Both sides call
the cloud through a proxy that counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks import openstack_report, raw_cloud
from benchmarks.command import options, say
from benchmarks.declaration import TENANT, Declaration, declare
from benchmarks.raw_kubeadm import Kubeadm
from benchmarks.slipway import SlipwaySide, timed
from tests.support.openstack import lab
from tests.support.openstack.proxy import FaultProxy, fault_proxy

ZONE, FLAVOR, PROVIDER = "lab", "lab.node", "lab"
CLOUD_PHASES = (
    "Network",
    "Borrow",
    "Group",
    "Release",
    "Identity",
    "Machines",
    "Address",
    "Endpoint",
    "Credential",
    "Answers",
    "Members",
)


def main() -> None:
    """A round that nobody counts, since each compute host fetches the image in it; then rounds in turn; the table."""
    chosen = _chosen()
    declaration = _declaration(chosen.version)
    rounds: list[dict[str, Any]] = []
    with fault_proxy(lab.HOST, lab.PORTS) as proxy:
        side = CloudSide(chosen, declaration, proxy)
        side.offer_provider()
        for number in range(chosen.rounds + 1):
            say(f"round {number} of {chosen.rounds}: Slipway")
            ours = side.measure_life(idle=chosen.idle if number == chosen.rounds else 0)
            say(f"round {number} of {chosen.rounds}: raw")
            by_hand = measure_raw(declaration, proxy)
            if number:
                rounds.append({"raw": by_hand, "slipway": ours})
                chosen.output.write_text(json.dumps({"rounds": rounds}, indent=2) + "\n")
        side.withdraw_provider()
    sys.stdout.write(openstack_report.markdown(declaration, rounds))


def measure_raw(declaration: Declaration, proxy: FaultProxy) -> dict[str, Any]:
    """One life by hand, in the lab's project `demo`."""
    steps: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as directory:
        key = Path(directory) / "key"
        subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", key], check=True)
        sdk = lab.connect("demo", "demo", url=proxy.through(lab.MEMBER["authUrl"]))
        image = f"slipway-node-{declaration.version}"
        name, public = f"raw-{uuid.uuid4().hex[:8]}", key.with_suffix(".pub").read_text()
        cloud = raw_cloud.Cloud(sdk, name, image, FLAVOR, ZONE, public)
        nodes, calls, began = Kubeadm(cloud, key, declaration.version), proxy.count, time.monotonic()
        try:
            with timed(steps, "machines and endpoint asked for"):
                balancer = cloud.make(declaration)
            with timed(steps, "endpoint, beside the machines"):
                balancer.result()
            with timed(steps, "machines, until cloud-init is done"):
                nodes.wait_for_machines()
            machines = time.monotonic() - began
            for step in (
                nodes.init,
                nodes.pod_network,
                nodes.wait_for_token,
                nodes.join,
                nodes.wait_for_nodes,
            ):
                with timed(steps, step.__name__):
                    step()
            total = time.monotonic() - began
            calls = proxy.count - calls
        finally:
            with timed(steps, "delete"):
                cloud.remove()
    delete = steps.pop("delete")
    return {"create": total, "cloud": machines, "delete": delete, "calls": calls, "steps": steps}


class CloudSide(SlipwaySide):
    """Slipway's side on a Provider of the openstack driver."""

    def __init__(self, chosen: argparse.Namespace, declaration: Declaration, proxy: FaultProxy) -> None:
        super().__init__(chosen.home, chosen.kubectl, declaration)
        self._proxy = proxy

    def offer_provider(self) -> None:
        settings = {**lab.ADMIN, "availabilityZones": [ZONE], "flavors": [FLAVOR]}
        settings["authUrl"] = self._proxy.through(lab.ADMIN["authUrl"])
        settings["clusterCredentials"] = (
            "never"  # raw has no add-ons of the cloud, and no pod reaches the proxy
        )
        spec = {"driver": "openstack", "settings": settings, "secrets": lab.SECRETS}
        for document in (declare("Provider", PROVIDER, spec, ""), declare("Tenant", TENANT, {}, "")):
            self._call("apply", "-f", "-", given=json.dumps(document))
        self._wait("condition=Ready", f"provider.slipway.dev/{PROVIDER}")

    def withdraw_provider(self) -> None:
        """While the proxy is there: the tenant's project and the image go with it."""
        for target in (f"tenant.slipway.dev/{TENANT}", f"provider.slipway.dev/{PROVIDER}"):
            self._call("delete", target, "--timeout=300s")

    def measure_life(self, idle: float) -> dict[str, Any]:
        """Created, left alone for `idle` seconds, deleted."""
        measured: dict[str, Any] = {}
        try:
            before = self._proxy.count
            with timed(measured, "create"):
                self._create()
            measured["calls"] = self._proxy.count - before
            measured["steps"] = self._phases()
            measured["runs"] = self._runs()
            measured["cloud"] = sum(measured["steps"].get(phase, 0) for phase in CLOUD_PHASES)
            if idle:
                before = self._proxy.count
                time.sleep(idle)
                measured["idle_calls_per_hour"] = (self._proxy.count - before) * 3600 / idle
        finally:
            with timed(measured, "delete"):
                self._delete()
        return measured

    def _wait_for_dns(self) -> None:
        """A cluster that is Ready has a DNS that Slipway saw; the raw side waits for its roll-out."""


def _declaration(version: str) -> Declaration:
    """Of machines as the lab has them."""
    cluster = {"provider": PROVIDER, "version": version, "controlPlane": {"replicas": 3}}
    documents = (
        declare("Cluster", "web", cluster),
        declare("NodePool", "web-workers", {"clusterName": "web", "replicas": 2}),
    )
    return Declaration(documents, version)


def _chosen() -> argparse.Namespace:
    parser = options(__doc__, name="openstack", rounds=2)
    parser.add_argument("--idle", type=float, default=300, help="seconds that the last cluster is left alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
