"""A real web process and clients with tokens, for tests over HTTPS."""

import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

API = "/apis/slipway.dev/v1"


@dataclass
class Client:
    """Somebody with a token."""

    home: Path
    port: int
    token: str = ""
    headers: dict = field(default_factory=dict)

    def open(self, method, path, body=None, content_type="application/json"):
        context = ssl.create_default_context(cafile=str(self.home / "tls/ca.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        headers = {"Content-Type": content_type, **self.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return connection.getresponse()

    def __call__(self, method, path, body=None, **options):
        answer = self.open(method, path, body, **options)
        return answer.status, json.loads(answer.read())

    def items(self, path):
        status, answer = self("GET", path)
        assert status == 200, answer
        return {
            (i["metadata"].get("namespace", ""), i["metadata"]["name"]) for i in answer["items"]
        }  # fmt: skip

    def watch(self, path, seconds=3):
        separator = "&" if "?" in path else "?"
        answer = self.open("GET", f"{path}{separator}watch=true&timeoutSeconds={seconds}")
        assert answer.status == 200
        return [json.loads(line) for line in answer.read().splitlines()]

    def token_for(self, tenant, account, **more):
        status, answer = self("POST", f"{API}/tenants/{tenant}/token", {"account": account, **more})
        assert status == 201, answer
        return Client(self.home, self.port, answer["token"])


@contextmanager
def running_web(home, **settings):
    """The administrator's client of a web process that was prepared and started as in production."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SLIPWAY_", "DJANGO_"))},
        "SLIPWAY_HOME": str(home),
        "SLIPWAY_PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-m", "slipway.server"]
    subprocess.run([*command, "prepare"], env=environment, check=True, timeout=60)
    web = subprocess.Popen([*command, "web"], env=environment)
    try:
        kubeconfig = json.loads((home / "admin.kubeconfig").read_text())
        client = Client(home, port, kubeconfig["users"][0]["user"]["token"])
        wait_until_ready(client)
        yield client
    finally:
        web.terminate()
        web.wait(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(client):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.open("GET", "/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web process does not get ready")
