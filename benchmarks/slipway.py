"""Slipway's side: unmodified kubectl against a running server, nothing else."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.declaration import TENANT, Declaration
from benchmarks.probes import Probes
from benchmarks.raw import LAB

PATIENCE = 900
DNS_NAME = "kubernetes.default.svc.cluster.local"
DNS_SERVICE = "10.96.0.10"  # the tenth address of the default Service range


class SlipwaySide:
    """Creates, grows and deletes the declared cluster, with times."""

    def __init__(self, home: Path, kubectl: str, declaration: Declaration) -> None:
        self._home = home
        self._kubectl = [kubectl, "--kubeconfig", str(home / "admin.kubeconfig")]
        self._declared = declaration
        self._cluster = f"cluster.slipway.dev/{declaration.cluster}"

    def measure(self) -> dict[str, Any]:
        """One whole life of the cluster. It is deleted even if something fails on the way."""
        self._make_tenant()
        measured: dict[str, Any] = {}
        try:
            with timed(measured, "create"):
                self._create()
            measured["steps"] = self._phases()
            measured["runs"] = self._runs()
            measured["memory"] = memory.of_server(self._home)
            probes = self._start_probes()
            with timed(measured, "one_more_worker"):
                self._grow()
            with timed(measured, "pod_on_it"):
                probes.wait_for(self._declared.workers + 1)
        finally:
            with timed(measured, "delete"):
                self._delete()
        return measured

    def _make_tenant(self) -> None:
        tenant = {"apiVersion": "slipway.dev/v1", "kind": "Tenant", "metadata": {"name": TENANT}, "spec": {}}
        self._call("apply", "-f", "-", given=json.dumps(tenant))

    def _create(self) -> None:
        self._call("apply", "-f", "-", given=self._manifest)
        self._wait("condition=Ready", self._cluster)
        expected = self._declared.control_planes + self._declared.workers
        self._wait(f"jsonpath={{.status.nodes.ready}}={expected}", self._cluster)
        self._wait_for_dns()

    def _grow(self) -> None:
        wanted = self._declared.pool_size + 1
        pool = f"nodepool.slipway.dev/{self._declared.pool}"
        self._call("scale", pool, f"--replicas={wanted}")
        self._wait(f"jsonpath={{.status.readyReplicas}}={wanted}", pool)

    def _start_probes(self) -> "Probes":
        path = f"/apis/slipway.dev/v1/namespaces/{TENANT}/clusters/{self._declared.cluster}/kubeconfig"
        issued = json.loads(self._call("create", "--raw", path, "--filename=-", given="{}"))["kubeconfig"]
        probes = Probes(self._kubectl[0], issued, self._declared)
        probes.apply()
        probes.wait_for(self._declared.workers)
        return probes

    def _delete(self) -> None:
        self._call("delete", "-f", "-", "--ignore-not-found", f"--timeout={PATIENCE}s", given=self._manifest)

    def _wait_for_dns(self) -> None:
        """The same question that the raw side asks, from one of the control planes."""
        machines = self._get("machines")
        node = next(m["spec"]["outsideName"] for m in machines if m["spec"]["role"] == "control_plane")
        command = ["docker", "exec", "-i", node, "python3", "-", DNS_SERVICE, DNS_NAME]
        program = (LAB / "dns_query.py").read_bytes()
        deadline = time.monotonic() + PATIENCE
        while subprocess.run(command, input=program, check=False).returncode:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{DNS_NAME} is not answered in {self._declared.cluster}")
            time.sleep(0.1)

    def _phases(self) -> dict[str, float]:
        (cluster,) = (c for c in self._get("clusters") if c["metadata"]["name"] == self._declared.cluster)
        return {
            phase["name"]: _seconds_between(phase["startedAt"], phase["finishedAt"])
            for phase in cluster["status"]["phases"]
            if "finishedAt" in phase
        }

    def _runs(self) -> dict[str, float]:
        seconds: dict[str, float] = {}
        for run in self._get("runs"):
            if run["spec"]["cluster"] == self._declared.cluster:
                playbook = run["spec"]["playbook"]
                seconds[playbook] = seconds.get(playbook, 0.0) + run["status"].get("seconds", 0.0)
        return seconds

    @property
    def _manifest(self) -> str:
        return "\n---\n".join(json.dumps(document) for document in self._declared.documents)

    def _wait(self, condition: str, target: str) -> None:
        self._call("wait", f"--for={condition}", target, f"--timeout={PATIENCE}s")

    def _get(self, plural: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._call("get", plural, "--output=json"))["items"]
        return found

    def _call(self, *arguments: str, given: str | None = None) -> str:
        return subprocess.run(
            [*self._kubectl, "--namespace", TENANT, *arguments],
            input=given,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


@contextmanager
def timed(results: dict[str, Any], name: str) -> Iterator[None]:
    """Put the seconds that the block took into `results`, unless it failed."""
    began = time.monotonic()
    yield
    results[name] = round(time.monotonic() - began, 2)


def _seconds_between(start: str, end: str) -> float:
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 2)
