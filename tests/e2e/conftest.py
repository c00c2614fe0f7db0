"""A real Slipway with a local provider, and what the engine has of it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.models.containers import Container
from support.server import Server

from provisioning import versions
from provisioning.bundles.layout import default_cache
from provisioning.bundles.node_image import ensure_node_image

TENANT = "e2e"


class Site:
    """A server, its tenant, and unmodified kubectl."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.engine = docker.from_env()

    def kubectl(self, *words: str, timeout: float = 60, kubeconfig: Path | None = None) -> str:
        """Standard output; an error of the test if kubectl fails."""
        command = ["kubectl", "--kubeconfig", str(kubeconfig or self.server.kubeconfig), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def tenant_kubectl(self, *words: str, timeout: float = 60) -> str:
        return self.kubectl("-n", TENANT, *words, timeout=timeout)

    def wait_ready(self, name: str, seconds: int = 300, *, tenant: str = TENANT) -> None:
        self._wait("condition=Ready", name, seconds, tenant)

    def wait_gone(self, name: str, seconds: int = 180, *, tenant: str = TENANT) -> None:
        self._wait("delete", name, seconds, tenant)

    def _wait(self, goal: str, name: str, seconds: int, tenant: str) -> None:
        words = ("wait", f"--for={goal}", f"cluster/{name}", f"--timeout={seconds}s")
        self.kubectl("-n", tenant, *words, timeout=seconds + 30)

    def container(self, machine: str) -> str:
        """The outside name of a Machine."""
        found = json.loads(self.tenant_kubectl("get", "machine", machine, "-o", "json"))
        return str(found["spec"]["outsideName"])

    def inside(self, cluster: str, *words: str, timeout: float = 60, tenant: str = TENANT) -> str:
        """kubectl against the tenant's cluster, with a kubeconfig issued for it."""
        answer = self.server.request(
            "POST", self.server.path("clusters", f"{cluster}/kubeconfig", tenant), {"ttl": "1h"}
        )
        assert answer.status_code == 201, answer.text
        path = self.server.home / f"{cluster}.kubeconfig"
        path.write_text(json.dumps(answer.json()["kubeconfig"]))
        return self.kubectl(*words, kubeconfig=path, timeout=timeout)

    def ready_nodes(self, cluster: str, tenant: str = TENANT) -> list[str]:
        """Names of the nodes that say so, asked through the cluster's public address."""
        return [
            node["metadata"]["name"]
            for node in json.loads(self.inside(cluster, "get", "nodes", "-o", "json", tenant=tenant))["items"]
            if any(k["type"] == "Ready" and k["status"] == "True" for k in node["status"]["conditions"])
        ]

    def slipway(self, *words: str, timeout: float = 300) -> str:
        """Standard output of the command; an error of the test if it fails."""
        command = [str(Path(sys.executable).parent / "slipway"), *words]
        done = subprocess.run(
            command, env=self.server.environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def left_in_engine(self) -> list[str]:
        """Names of everything in the engine that belongs to the tenant."""
        return [str(one.name) for one in self._in_engine()]

    def remove_leftovers(self) -> None:
        """Of a run that was killed: containers before the networks and volumes that they use."""
        for one in self._in_engine():
            one.remove(**({"force": True, "v": True} if isinstance(one, Container) else {}))

    def _in_engine(self) -> list[Any]:
        label = {"label": f"slipway.dev/tenant={TENANT}"}
        return [
            *self.engine.containers.list(all=True, filters=label),
            *self.engine.networks.list(filters=label),
            *self.engine.volumes.list(filters=label),
        ]

    def ledger_closed(self, cluster: str, tenant: str = TENANT) -> list[str]:
        """How the ledger of the cluster ended; once, if all is well."""
        return self.events("LedgerClosed", cluster, tenant)

    def events(self, reason: str, name: str, tenant: str = TENANT) -> list[str]:
        """What the events of that reason say of an object."""
        found = self.server.request("GET", f"/api/v1/namespaces/{tenant}/events").json()["items"]
        return [e["message"] for e in found if (e["reason"], e["involvedObject"]["name"]) == (reason, name)]


@contextmanager
def running(home: Path, provider: str, spec: dict[str, Any], **environment: str) -> Iterator[Site]:
    """Slipway with one Provider and a Tenant; everything it made is removed at the end."""
    assert shutil.which("kubectl"), "kubectl is missing: run scripts/setup-host.sh"
    server = Server(home, **environment)
    server.start()
    made = Site(server)
    made.remove_leftovers()
    server.create("providers", "Provider", provider, spec)
    server.create("tenants", "Tenant", TENANT, {"displayName": "End to end"})
    try:
        yield made
    finally:
        server.delete("tenants", TENANT)
        try:
            made.kubectl("wait", "--for=delete", f"tenant/{TENANT}", "--timeout=300s", timeout=330)
        finally:
            server.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Slipway with a Provider `local`."""
    ensure_node_image(versions.DEFAULT, default_cache())
    with running(tmp_path_factory.mktemp("e2e"), "local", {"driver": "local"}) as made:
        yield made
