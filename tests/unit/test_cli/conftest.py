"""A small server that speaks as much of the API as the command line needs, over real HTTP, in memory."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from slipway.cli.app import App
from slipway.cli.main import cli

Document = dict[str, Any]
Answer = tuple[int, Any]
TOKEN = "slip_good"
KINDS = {
    f"{kind.lower()}s": kind
    for kind in (
        "Tenant", "Provider", "Host", "Release", "Cluster", "NodePool", "Machine", "Run",
        "Network", "FloatingIP", "StoragePool",
    )
}  # fmt: skip


@dataclass
class FakeServer:
    """Objects by (plural, tenant, name). `on` answers instead (a negative code cuts it short)."""

    url: str = ""
    objects: dict[tuple[str, str, str], Document] = field(default_factory=dict)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    on: dict[tuple[str, str], Callable[[Document], Answer] | Answer] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # of every answer
    script: Callable[[str, str], None] = field(default=lambda *_: None)

    def put(self, plural: str, tenant: str, name: str, **parts: Any) -> Document:
        """Store an object as if it had been created."""
        meta = {
            "name": name,
            "uid": str(uuid.uuid4()),
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "generation": 1,
        }
        if tenant:
            meta["namespace"] = tenant
        meta.update(parts.pop("metadata", {}))
        document = {
            "apiVersion": "slipway.dev/v1",
            "kind": KINDS[plural],
            "metadata": meta,
            "spec": {},
            **parts,
        }
        self.objects[plural, tenant, name] = document
        return document

    def asked(self, method: str) -> list[tuple[str, Any]]:
        """Path and body of every request with that method."""
        return [(path, body) for verb, path, body in self.requests if verb == method]

    def at_reading(self, path: str, *steps: Callable[[], object]) -> None:
        """Before the n-th GET of that path, take the n-th step."""
        left = list(steps)

        def script(method: str, asked: str) -> None:
            if (method, asked) == ("GET", path) and left:
                left.pop(0)()

        self.script = script

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, accept: str) -> Answer:
        """One request."""
        self.script(method, path)
        special = self.on.get((method, path))
        if special is not None:
            return special(body) if callable(special) else special
        found = self._parse(path)
        return found if isinstance(found[0], int) else self._store(method, found, query, body, accept)

    def _parse(self, path: str) -> Any:
        parts = path.split("/")[1:]
        if parts[:3] != ["apis", "slipway.dev", "v1"]:
            return failure(404, "NotFound", f"no such path {path}")
        rest = parts[3:]
        tenant = ""
        if rest[0] == "namespaces":
            tenant, rest = rest[1], rest[2:]
        return (*(*rest, "", "")[:3], tenant)

    def _store(self, method: str, where: Any, query: dict[str, str], body: Any, accept: str) -> Answer:
        plural, name, sub, tenant = where
        key = (plural, tenant, name)
        if not name:
            if method == "POST":
                return self._create(plural, tenant, body)
            return 200, self._list(plural, tenant, query, table="as=Table" in accept)
        document = self.objects.get(key)
        if document is None:
            return failure(404, "NotFound", f'{plural}.slipway.dev "{name}" not found')
        if method == "DELETE":
            del self.objects[key]
        elif method == "PATCH":
            merge(document, body)
        elif sub:
            return failure(404, "NotFound", "no such subresource")
        return 200, as_table([document]) if "as=Table" in accept and method == "GET" else document

    def _create(self, plural: str, tenant: str, body: Document) -> Answer:
        name = body["metadata"]["name"]
        if (plural, tenant, name) in self.objects:
            return failure(409, "AlreadyExists", f'{plural}.slipway.dev "{name}" already exists')
        return 201, self.put(plural, tenant, name, spec=body["spec"])

    def _list(self, plural: str, tenant: str, query: dict[str, str], *, table: bool) -> Document:
        wanted = dict(pair.split("=") for pair in query.get("labelSelector", "").split(",") if pair)
        found = [
            document
            for (kind, owner, _), document in sorted(self.objects.items())
            if kind == plural
            and tenant in ("", owner)
            and wanted.items() <= document["metadata"].get("labels", {}).items()
        ]
        limit, start = int(query.get("limit", "500")), int(query.get("continue", "0"))
        page = found[start : start + limit]
        more = {"continue": str(start + limit)} if start + limit < len(found) else {}
        if table:
            return {**as_table(page), "metadata": more}
        return {
            "apiVersion": "slipway.dev/v1",
            "kind": f"{KINDS[plural]}List",
            "metadata": more,
            "items": page,
        }


def failure(code: int, reason: str, message: str, **causes: str) -> Answer:
    """A `v1 Status`; causes are field=message."""
    found = [{"field": key.replace("__", "."), "message": text} for key, text in causes.items()]
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message}
    return code, {**status, "code": code, "details": {"causes": found}}


def as_table(documents: list[Document]) -> Document:
    """Name, a phase, an age, and a wide column."""
    columns = [("Name", "string", 0), ("Phase", "string", 0), ("Age", "date", 0), ("Provider", "string", 1)]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": [{"name": n, "type": t, "priority": p} for n, t, p in columns],
        "rows": [
            {
                "cells": [
                    d["metadata"]["name"],
                    d.get("status", {}).get("phase"),
                    d["metadata"]["creationTimestamp"],
                    d["spec"].get("provider"),
                ],
                "object": {"metadata": d["metadata"]},
            }
            for d in documents
        ],
    }


def merge(target: Document, change: Document) -> None:
    """A JSON merge patch."""
    for key, value in change.items():
        if isinstance(value, dict):
            merge(target.setdefault(key, {}), value)
        else:
            target[key] = value


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer

    def _serve(self) -> None:
        split = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.fake.requests.append((self.command, split.path, body))
        query = {key: values[0] for key, values in parse_qs(split.query).items()}
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            code, answer = failure(401, "Unauthorized", "Unauthorized")
        else:
            code, answer = self.fake.answer(
                self.command, split.path, query, body, self.headers.get("Accept", "")
            )
        cut = code < 0  # promise more than comes, as a server that dies half-way
        code = abs(code)
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(content) + cut))
        for name, value in self.fake.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A running fake."""
    fake = FakeServer()
    handler = type("Handler", (_Handler,), {"fake": fake})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        fake.url = f"http://127.0.0.1:{httpd.server_port}"
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield fake
        httpd.shutdown()
        thread.join()


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Cli:
    """Runs the command in this process."""

    home: Path
    environ: dict[str, str | None]
    clock: Clock = field(default_factory=Clock)
    server_command: tuple[str, ...] = ()

    def __call__(self, *arguments: str, **environ: str) -> Result:
        app = App(clock=self.clock, sleep=self.clock.sleep)
        if self.server_command:
            app.server_command = self.server_command
        return CliRunner().invoke(cli, list(arguments), obj=app, env={**self.environ, **environ})


@pytest.fixture
def cli_home(tmp_path: Path) -> Path:
    """SLIPWAY_HOME of the test."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def offline(cli_home: Path, tmp_path: Path) -> Cli:
    """The command on a machine where nothing is known."""
    environ: dict[str, str | None] = {
        "SLIPWAY_HOME": str(cli_home),
        "HOME": str(tmp_path / "user"),
        "XDG_CONFIG_HOME": None,
        "SLIPWAY_KUBECONFIG": None,
        "KUBECONFIG": None,
        "SLIPWAY_TENANT": None,
        "SLIPWAY_TOKEN": None,
    }
    return Cli(cli_home, environ)


@pytest.fixture
def run(offline: Cli, server: FakeServer) -> Cli:
    """The command with the fake's kubeconfig and the tenant `demo`."""
    write_kubeconfig(offline.home / "admin.kubeconfig", server.url)
    return offline


def write_kubeconfig(path: Path, url: str, token: str = TOKEN) -> None:
    """As the server writes it for its administrator."""
    document = {
        "clusters": [{"name": "slipway", "cluster": {"server": url}}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [
            {"name": "slipway", "context": {"cluster": "slipway", "user": "admin", "namespace": "demo"}}
        ],
        "current-context": "slipway",
    }
    path.write_text(json.dumps(document))
