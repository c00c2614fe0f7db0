"""docker-compose.yml as a project of its own, for a test, and the web processes in it."""

import base64
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.server import GROUP, ROOT, free_port
from tests.support.service_packages import apt
from tests.support.stand_ins import docker

WATCH_SECONDS = 900
START_SECONDS = 900  # a first build fetches every Python package


@dataclass
class Web:
    """One web process, and an administrator in front of it."""

    url: str
    token: str
    authority: Path

    def request(self, method: str, path: str, body: Any = None, *, stream: bool = False) -> requests.Response:
        return requests.request(
            method,
            self.url + GROUP + path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            verify=str(self.authority),
            stream=stream,
            timeout=(30, WATCH_SECONDS if stream else 30),
        )

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            return self.request("GET", "/tenants").ok
        except requests.RequestException:
            return False

    def create(self, path: str, kind: str, name: str, spec: dict[str, Any]) -> None:
        document = {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        answer = self.request("POST", path, document)
        assert answer.status_code == 201, answer.text

    def list(self, path: str) -> list[dict[str, Any]]:
        answer = self.request("GET", path)
        assert answer.ok, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def watch(self, path: str) -> "Watched":
        """Everything that happens from now on."""
        path = f"{path}?watch=true&timeoutSeconds={WATCH_SECONDS}"
        return Watched(self.request("GET", path, stream=True))


class Watched:
    """The events of one watch, collected by a thread of its own until the server ends it; the last state of each.

    It is not closed from outside: to close a response waits for the thread that reads it.
    """

    def __init__(self, answer: requests.Response) -> None:
        assert answer.ok, answer.text
        self.last: dict[str, dict[str, Any]] = {}
        threading.Thread(target=self._collect, args=(answer,), daemon=True).start()

    def _collect(self, answer: requests.Response) -> None:
        with contextlib.suppress(requests.RequestException):  # its web process is stopped
            for line in answer.iter_lines():
                event = json.loads(line)
                self.last[event["object"]["metadata"]["name"]] = event


@dataclass
class Compose:
    """A project with names, ports and secrets of its own."""

    folder: Path
    project: str = field(default_factory=lambda: f"slipwaytest{secrets.token_hex(4)}")
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._command = compose_command()
        self.ports = {1: free_port(), 2: free_port()}
        self.environment = {
            "SLIPWAY_IMAGE": f"{self.project}:test",
            "SLIPWAY_DATABASE_PASSWORD": secrets.token_hex(16),
            "SLIPWAY_ENCRYPTION_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            **{f"SLIPWAY_WEB_{number}_PORT": str(port) for number, port in self.ports.items()},
        }

    def run(self, *arguments: str, without: str = "") -> "subprocess.CompletedProcess[str]":
        """One command of Compose, `without` a variable."""
        ours = {name: value for name, value in self.environment.items() if name != without}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLIPWAY_")}
        command = [*self._command, "-p", self.project, "-f", str(ROOT / "docker-compose.yml"), *arguments]
        return subprocess.run(
            command, env=inherited | ours, capture_output=True, text=True, check=False, timeout=START_SECONDS
        )

    def __call__(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def web(self, number: int) -> Web:
        """That web process, for its administrator."""
        config = json.loads(self("exec", "-T", "web-2", "cat", "/var/lib/slipway/admin.kubeconfig"))
        authority = self.folder / "ca.pem"
        authority.write_bytes(
            base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"])
        )
        return Web(f"https://127.0.0.1:{self.ports[number]}", config["users"][0]["user"]["token"], authority)

    def containers(self, *services: str) -> list[str]:
        """The ids of the running containers, of these services or of all."""
        return self("ps", "-q", *services).split()

    def left(self) -> list[str]:
        """Whatever of the project is still there."""
        ours = f"label=com.docker.compose.project={self.project}"
        kinds = (("ps", "-a"), ("volume", "ls"), ("network", "ls"))
        return [name for kind in kinds for name in docker(*kind, "-q", "--filter", ours).split()]


@contextlib.contextmanager
def composed(folder: Path) -> Iterator[Compose]:
    """The project, up; afterwards nothing of it is left."""
    compose = Compose(folder)
    try:
        compose("build")
        compose("up", "-d")
        yield compose
    finally:
        compose.run("down", "-v", "--remove-orphans", "-t", "5")
        docker("image", "rm", compose.environment["SLIPWAY_IMAGE"])
    assert compose.left() == []


def compose_command() -> list[str]:
    """Compose 2 where it is, else Compose 1, installed if need be."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    if not shutil.which("docker-compose"):
        apt("update", "-qq")
        apt("install", "docker-compose")
    return ["docker-compose"]


def kill(container: str) -> None:
    """kill -9 of everything in it but init, which then ends, too; `docker kill` would be taken for an order."""
    docker("exec", container, "sh", "-c", "kill -9 -1")
