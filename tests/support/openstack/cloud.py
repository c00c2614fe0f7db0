"""An OpenStack in memory, below the SDK's HTTP: real requests and answers, no socket, every object and call seen."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.support.openstack import compute, identity, network, storage
from tests.support.openstack.rows import Answer, Rows

URL = "http://cloud"
MADE = (
    "network/",
    "compute/servers",
    "compute/os-server-groups",
    "load-balancer/",
    identity.CREDENTIALS,
)


@dataclass
class Trouble:
    """A call that goes wrong: answered with an error, or done and its answer lost."""

    call: str  # a regular expression on "POST /network/v2.0/ports"
    status: int = 0  # 0: the answer is lost
    body: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1


class Cloud:
    """Mount it with `mount`; look into `rows`, and at `calls` for what was asked."""

    def __init__(self, *, octavia: bool = True) -> None:
        self.octavia = octavia
        self.rows = Rows()
        self.calls: list[str] = []
        self.troubles: list[Trouble] = []
        identity.furnish(self.rows)
        network.furnish(self.rows)
        compute.furnish(self.rows)
        storage.furnish(self.rows)

    def mount(self, patch: Callable[[Any, str, Any], None]) -> None:
        """Let every connection of the SDK end here. `patch` is monkeypatch.setattr."""
        import keystoneauth1.session

        def send(_: Any, request: requests.PreparedRequest, **__: Any) -> requests.Response:
            return self.send(request)

        patch(keystoneauth1.session.TCPKeepAliveAdapter, "send", send)

    def fail(self, call: str, status: int = 0, times: int = 1, **body: Any) -> None:
        """Let the next calls that match go wrong."""
        self.troubles.append(Trouble(call, status, body, times))

    def objects(self) -> dict[str, int]:
        """How many there are of each kind that a driver makes."""
        made = self.rows.of("network/networks", lambda n: not n.get("router:external"))
        counted = {"network/networks": len(made)}
        for kind, rows in self.rows.by_kind.items():
            if kind.startswith(MADE):
                counted.setdefault(kind, len(rows))
        return {kind: count for kind, count in counted.items() if count}

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        split = urlsplit(str(request.url))
        call = f"{request.method} {split.path}"
        self.calls.append(call)
        trouble = next((t for t in self.troubles if t.times and re.search(t.call, call)), None)
        if trouble:
            trouble.times -= 1
        if trouble and trouble.status:
            return _response(request, Answer(trouble.status, dict(trouble.body)))
        answer = self._answer(request, split.path, dict(parse_qsl(split.query)))
        if trouble:
            raise requests.ReadTimeout("Read timed out.")
        return _response(request, answer)

    def _answer(self, request: requests.PreparedRequest, path: str, query: dict[str, str]) -> Answer:
        body = request.body.read() if hasattr(request.body, "read") else json.loads(request.body or "null")
        service, _, rest = path.strip("/").partition("/")
        parts = rest.split("/")[1:]  # without the version
        token = str(request.headers.get("X-Auth-Token", ""))
        project = self.rows.tokens.get(token, "")
        if service == "identity":
            return identity.answer(self, str(request.method), parts, query, body, token)
        if not parts or parts == [""]:
            return Answer(200, versions(service))
        if not project:
            return Answer(
                401, {"error": {"code": 401, "message": "The request you have made requires authentication."}}
            )
        module = {"compute": compute, "image": storage, "volume": storage}.get(service, network)
        return module.answer(self.rows, project, str(request.method), [service, *parts], query, body)


def versions(service: str) -> dict[str, Any]:
    """The document by which a client finds out what a service can do."""
    newest = {
        "compute": ("v2.1", "2.93"),
        "image": ("v2.9", ""),
        "volume": ("v3.0", "3.70"),
        "network": ("v2.0", ""),
    }
    id_, micro = newest.get(service, ("v2.26", ""))
    path = {"volume": "v3", "compute": "v2.1", "network": "v2.0"}.get(service, "v2")
    one = {"id": id_, "status": "CURRENT", "links": [{"rel": "self", "href": f"{URL}/{service}/{path}/"}]}
    if micro:
        one |= {"version": micro, "min_version": "2.1" if service == "compute" else "3.0"}
    return {"versions": [one]} if service != "compute" else {"version": one}


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update({"Content-Type": "application/json", **answer.headers})
    response._content = json.dumps(answer.body).encode() if answer.body is not None else b""
    response.request, response.url = request, str(request.url)
    return response
