"""A real Slipway process tree with state of its own, driven over its API as any client would."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import requests
import yaml

ROOT = Path(__file__).resolve().parents[2]
GROUP = "/apis/slipway.dev/v1"


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`python -m slipway.server up` in a directory of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        names = ("DJANGO_SETTINGS_MODULE", "SLIPWAY_DATABASE_URL", "SLIPWAY_BROKER_URL")
        self.environment = {k: v for k, v in os.environ.items() if k not in names}
        self.environment |= {
            "SLIPWAY_HOME": str(home),
            "SLIPWAY_PORT": str(self.port),
            "SLIPWAY_LEASE_SECONDS": "3",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers and its worker lives."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "slipway.server", "up"],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        wait_for(self._answers, 120, lambda: f"no server: {(self.home / 'up.log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError((self.home / "up.log").read_text()[-2000:])
        try:
            return self.request("GET", "/readyz").ok and self.worker() is not None
        except (requests.RequestException, OSError):
            return False

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process = None

    def worker(self) -> psutil.Process | None:
        """The worker process, if it lives."""
        assert self._process is not None
        for child in psutil.Process(self._process.pid).children():
            try:
                if "worker" in child.cmdline():
                    return child
            except psutil.Error:
                continue
        return None

    def kill_worker(self) -> None:
        """kill -9, as the kernel does when memory is short."""
        victim = self.worker()
        if victim is not None:
            victim.kill()

    @property
    def kubeconfig(self) -> Path:
        return self.home / "admin.kubeconfig"

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request as the administrator."""
        config = yaml.safe_load(self.kubeconfig.read_text())
        token = config["users"][0]["user"]["token"]
        authority = self.home / "test-ca.pem"
        if not authority.exists():
            import base64

            authority.write_bytes(
                base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"])
            )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
        url = f"https://127.0.0.1:{self.port}{path}"
        data = None if body is None else json.dumps(body)
        return requests.request(method, url, data=data, headers=headers, verify=str(authority), timeout=30)

    def create(
        self, plural: str, kind: str, name: str, spec: dict[str, Any], tenant: str = ""
    ) -> dict[str, Any]:
        """POST an object; anything but 201 is an error of the test."""
        document = {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        answer = self.request("POST", self.path(plural, "", tenant), document)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def get(self, plural: str, name: str, tenant: str = "") -> dict[str, Any] | None:
        answer = self.request("GET", self.path(plural, name, tenant))
        if answer.status_code == 404:
            return None
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def list(self, plural: str, tenant: str = "") -> list[dict[str, Any]]:
        answer = self.request("GET", self.path(plural, "", tenant))
        assert answer.ok, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def patch(self, plural: str, name: str, change: dict[str, Any], tenant: str = "") -> None:
        headers = {"Content-Type": "application/merge-patch+json"}
        answer = self.request("PATCH", self.path(plural, name, tenant), change, **headers)
        assert answer.ok, answer.text

    def delete(self, plural: str, name: str, tenant: str = "") -> None:
        answer = self.request("DELETE", self.path(plural, name, tenant))
        assert answer.ok or answer.status_code == 404, answer.text

    def path(self, plural: str, name: str = "", tenant: str = "") -> str:
        inside = f"/namespaces/{tenant}" if tenant else ""
        return f"{GROUP}{inside}/{plural}" + (f"/{name}" if name else "")

    def condition(self, plural: str, name: str, tenant: str, kind: str = "Ready") -> dict[str, Any] | None:
        found = self.get(plural, name, tenant) or {}
        conditions = found.get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == kind), None)


def wait_for(goal: Callable[[], bool], seconds: float, why: Callable[[], object] = lambda: "") -> None:
    """Until the goal is reached; an AssertionError with `why` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not goal():
        if time.monotonic() > deadline:
            raise AssertionError(f"not reached in {seconds} s: {why()}")
        time.sleep(0.1)
