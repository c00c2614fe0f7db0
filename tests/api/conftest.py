"""A real server over https with its own CA, once per test process, and unmodified kubectl to talk to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.api import certificates

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60


@dataclass
class Api:
    """The running server as one user sees it."""

    url: str
    ca: Path
    user: str = "root"

    def request(self, method: str, path: str, body: Any = None, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.user}", **kwargs.pop("headers", {})}
        if body is not None:
            kwargs["data"] = body if isinstance(body, str | bytes) else json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        return requests.request(
            method, self.url + path, headers=headers, verify=str(self.ca), timeout=60, **kwargs
        )

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, body: Any, **kwargs: Any) -> requests.Response:
        return self.request("POST", path, body, **kwargs)

    def put(self, path: str, body: Any, **kwargs: Any) -> requests.Response:
        return self.request("PUT", path, body, **kwargs)

    def patch(self, path: str, body: Any, kind: str = "merge-patch+json", **kwargs: Any) -> requests.Response:
        headers = {"Content-Type": f"application/{kind}", **kwargs.pop("headers", {})}
        return self.request("PATCH", path, body, headers=headers, **kwargs)

    def delete(self, path: str, body: Any = None, **kwargs: Any) -> requests.Response:
        return self.request("DELETE", path, body, **kwargs)

    def as_(self, user: str) -> "Api":
        return Api(self.url, self.ca, user)

    def watch(self, path: str, seconds: int = 20, **kwargs: Any) -> Iterator[dict[str, Any]]:
        """The events of a watch until it ends."""
        mark = "&" if "?" in path else "?"
        answer = self.get(f"{path}{mark}watch=true&timeoutSeconds={seconds}", stream=True, **kwargs)
        assert answer.status_code == 200, answer.text
        with contextlib.closing(answer):
            for line in answer.iter_lines():
                yield json.loads(line)


class Kubectl:
    """/usr/bin/kubectl with a kubeconfig for the server."""

    def __init__(self, api: Api, folder: Path, namespace: str) -> None:
        self.namespace = namespace
        self.folder = folder
        self._config = folder / f"{api.user}.kubeconfig"
        cluster = {"server": api.url, "certificate-authority": str(api.ca)}
        self._config.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "x", "cluster": cluster}],
                    "users": [{"name": "x", "user": {"token": api.user}}],
                    "contexts": [
                        {"name": "x", "context": {"cluster": "x", "user": "x", "namespace": namespace}}
                    ],
                    "current-context": "x",
                }
            )
        )

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "KUBECONFIG": str(self._config),
            "KUBECACHEDIR": str(self.folder / "cache"),
        }

    def run(
        self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/usr/bin/kubectl", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**self.environment(), **(env or {})},
        )

    def __call__(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> str:
        done = self.run(*arguments, stdin=stdin, env=env)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def fails(self, *arguments: str, stdin: str = "") -> str:
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode != 0, f"kubectl {' '.join(arguments)} should fail: {done.stdout}"
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["/usr/bin/kubectl", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
        )


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def server_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The server's environment: throw-away state, or a database of its own on SLIPWAY_TEST_DATABASE_URL."""
    home = tmp_path_factory.mktemp("server")
    with _database(home) as url:
        environment = {
            **os.environ,
            "SLIPWAY_HOME": str(home),
            "SLIPWAY_DATABASE_URL": url,
            "SLIPWAY_TEST_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.api.server_settings",
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        }
        migrate = [sys.executable, "-m", "django", "migrate", "-v", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        yield environment


@contextlib.contextmanager
def _database(home: Path) -> Iterator[str]:
    given = os.environ.get("SLIPWAY_TEST_DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{home}/test.sqlite3"
        return
    import psycopg2

    base, _, _ = given.rpartition("/")
    name = f"api_{uuid.uuid4().hex[:12]}"
    admin = psycopg2.connect(given)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{base}/{name}"
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture(scope="session")
def api(server_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("tls")
    ca, certificate, key = certificates.make(folder)
    port = _free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "slipway.asgi:application", "--host", "127.0.0.1"),
        *("--port", str(port), "--ssl-certfile", str(certificate), "--ssl-keyfile", str(key)),
        *("--log-level", "warning", "--timeout-graceful-shutdown", "1", "--lifespan", "off"),
    ]
    log = (folder / "server.log").open("w+")
    process = subprocess.Popen(command, cwd=ROOT, env=server_environment, stdout=log, stderr=log)
    running = Api(f"https://127.0.0.1:{port}", ca)
    try:
        _wait_until_ready(running, process, folder / "server.log")
        for tenant in ("red", "blue"):
            made = running.post("/apis/sample.dev/v1/tenants", {"metadata": {"name": tenant}})
            assert made.status_code == 201, made.text
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        log.close()
        print((folder / "server.log").read_text())


def _wait_until_ready(api: Api, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(requests.ConnectionError):
            if api.get("/readyz").ok:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def namespace(api: Api) -> str:
    """A namespace of the test's own."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    assert api.post("/apis/sample.dev/v1/tenants", {"metadata": {"name": name}}).status_code == 201
    return name


@pytest.fixture
def widgets(namespace: str) -> str:
    """The path of the widgets in the test's namespace."""
    return f"/apis/sample.dev/v1/namespaces/{namespace}/widgets"


@pytest.fixture
def pools(namespace: str) -> str:
    """The path of the pools in the test's namespace."""
    return f"/apis/sample.dev/v1/namespaces/{namespace}/pools"


@pytest.fixture(scope="session")
def kubectl_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests, so that discovery is cached as on a person's machine."""
    return tmp_path_factory.mktemp("kubectl")


@pytest.fixture
def kubectl(api: Api, kubectl_folder: Path, namespace: str) -> Kubectl:
    return Kubectl(api, kubectl_folder, namespace)


def widget(name: str = "a", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "sample.dev/v1", "kind": "Widget", "metadata": {"name": name}, "spec": spec}


class Platform:
    """The platform's own writes, from another process on the server's database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.api.platform_side", *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str) -> Any:
        process = self.start(*arguments)
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return json.loads(out)


@pytest.fixture
def platform(server_environment: dict[str, str]) -> Platform:
    return Platform(server_environment)
