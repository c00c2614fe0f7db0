"""A proxy in front of every service of an OpenStack that can let one call fail, in each way that calls fail.

The proxy has an address of its own on the loopback, with the ports of the services. A client that is given Keystone's
there stays there: in all answers (the catalogue, links, versions) the services' address is replaced by the proxy's.
"""

import http.client
import os
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_ID = re.compile(r"(?<=/)[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}(?=/|\?|$)")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_SLOW = 8.0  # seconds that a delayed call is held
_PATIENCE = 120.0  # seconds of the slowest service


class Trouble(StrEnum):
    """What happens to a call."""

    DELAYED = "delayed"  # it goes through, late
    DROPPED = "dropped"  # the connection ends; the service never hears of it
    SWALLOWED = "its answer swallowed"  # done, and nobody is told
    FAILED = "500"
    LIMITED = "429"
    REFUSED = "409"


@dataclass
class _Plan:
    """What was seen, and the one call that is to meet trouble."""

    calls: list[str] = field(default_factory=list)
    call: str = ""
    trouble: Trouble | None = None
    met: bool = False
    down: frozenset[int] = frozenset()  # ports of services that nobody reaches
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, call: str) -> Trouble | None:
        with self.lock:
            self.calls.append(call)
            if int(call.split()[1].split("/", maxsplit=1)[0]) in self.down:
                return Trouble.DROPPED
            if self.met or call != self.call:
                return None
            self.met = True
            return self.trouble


class FaultProxy:
    """Made by `fault_proxy`."""

    def __init__(self, host: str, plan: _Plan) -> None:
        self.host = host
        self._plan = plan

    @property
    def calls(self) -> list[str]:
        """Each distinct call seen, ids left out, as in `POST 9696/v2.0/networks`."""
        with self._plan.lock:
            return sorted(set(self._plan.calls))

    @property
    def count(self) -> int:
        """Calls seen in all."""
        return len(self._plan.calls)

    def through(self, url: str) -> str:
        """The address of a service, by way of the proxy."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"{self.host}:{parts.port}").geturl()

    def arm(self, call: str, trouble: Trouble) -> None:
        """The next call like this meets that trouble, once."""
        with self._plan.lock:
            self._plan.call, self._plan.trouble, self._plan.met = call, trouble, False

    @property
    def met(self) -> bool:
        """Whether the armed trouble was met."""
        return self._plan.met

    @contextmanager
    def without(self, *ports: int) -> Iterator[None]:
        """The services on these ports cannot be reached."""
        self._plan.down = frozenset(ports)
        try:
            yield
        finally:
            self._plan.down = frozenset()


@contextmanager
def fault_proxy(host: str, ports: Iterable[int]) -> Iterator[FaultProxy]:
    """In front of the services that listen at these ports of `host`."""
    plan, own = _Plan(), f"127.{os.getpid() >> 8 & 255}.{os.getpid() & 255}.2"
    servers = [_Server(host, own, port, plan) for port in ports]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield FaultProxy(own, plan)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client. The server made by `fault_proxy` knows the host and the plan."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = _ID.sub("{id}", urlsplit(self.path).path)
        trouble = self.server.plan.next(f"{self.command} {self.server.server_port}{path}")
        if trouble in (Trouble.FAILED, Trouble.LIMITED, Trouble.REFUSED):
            self._say(trouble)
        elif trouble is Trouble.DROPPED:
            self._hang_up()
        else:
            if trouble is Trouble.DELAYED:
                time.sleep(_SLOW)
            answer = self._forward(body)
            if trouble is Trouble.SWALLOWED:
                self._hang_up()
            else:
                self._answer(*answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _pass  # noqa: N815 - as the library calls them

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(self.server.host, self.server.server_port, timeout=_PATIENCE)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in {*_HOP_BY_HOP, "host"}}
        try:
            upstream.request(self.command, self.path, body=body or None, headers=kept)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """With every address of a service made one that leads through the proxy."""
        body = self._through(body.decode("latin-1")).encode("latin-1")
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, self._through(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _through(self, text: str) -> str:
        return text.replace(f"http://{self.server.host}:", f"http://{self.server.own}:")

    def _say(self, trouble: Trouble) -> None:
        text = b'{"message": "the proxy of the test says so"}'
        self.send_response(int(trouble.value))
        self.send_header("Content-Type", "application/json")
        if trouble is Trouble.LIMITED:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """A test's output is no access log."""


class _Server(ThreadingHTTPServer):
    """One service's port."""

    daemon_threads = True

    def __init__(self, host: str, own: str, port: int, plan: _Plan) -> None:
        super().__init__((own, port), _Handler)
        self.host, self.own, self.plan = host, own, plan

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed, or a service that is down: the connection ends, as it would without a proxy."""
