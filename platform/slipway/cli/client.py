"""The client of Slipway's Kubernetes-style API: paths, one request function, and typed errors."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click
import requests

from slipway.cli.access import Access
from slipway.cli.errors import CliError, Exit, from_status, unreachable
from slipway.cli.resources import Resource

Document = dict[str, Any]

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io, application/json"
TEXT = "text/plain, */*"  # the second for servers that negotiate strictly
PAGE = 500
_TIMEOUT = (5.0, 60.0)
_WARNING = re.compile(r'299 - "((?:[^"\\]|\\.)*)"')  # as kubectl reads them
_ESCAPED = re.compile(r"\\(.)")
_FOLLOW_TIMEOUT = (5.0, 3600.0)


class _Bearer(requests.auth.AuthBase):
    """Set as the session's auth: a bare header would lose to an entry in ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Api:
    """One server. Every method returns JSON documents and raises CliError."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._session = requests.Session()
        self._session.auth = _Bearer(access.token)
        self._session.trust_env = not _is_this_machine(access.server)
        self._verify: str | None = None
        if access.ca_pem:
            # requests takes a CA only as a file; naming it also keeps the public CAs from being trusted.
            self._ca_file = tempfile.NamedTemporaryFile("w", prefix="slipway-ca-", suffix=".pem")  # noqa: SIM115
            self._ca_file.write(access.ca_pem)
            self._ca_file.flush()
            self._verify = self._ca_file.name

    def get(
        self, resource: Resource, tenant: str, name: str, *, sub: str = "", table: bool = False
    ) -> Document:
        """One object, or one of its subresources."""
        return self.json("GET", resource.path(tenant, name, sub), accept=TABLE if table else "")

    def find(self, resource: Resource, tenant: str, name: str) -> Document | None:
        """One object, or None if there is none."""
        try:
            return self.get(resource, tenant, name)
        except CliError as error:
            if error.exit_code == Exit.NOT_FOUND:
                return None
            raise

    def list(self, resource: Resource, tenant: str, *, selector: str = "", table: bool = False) -> Document:
        """All objects of a tenant (of all tenants if it is empty), however many pages they take."""
        params: dict[str, Any] = {"limit": PAGE}
        if selector:
            params["labelSelector"] = selector
        accept = TABLE if table else ""
        whole = page = self.json("GET", resource.path(tenant), params=params, accept=accept)
        rows = "rows" if whole.get("kind") == "Table" else "items"
        while token := page.get("metadata", {}).get("continue"):
            page = self.json(
                "GET", resource.path(tenant), params={**params, "continue": token}, accept=accept
            )
            whole[rows] = [*whole.get(rows, []), *page.get(rows, [])]
        whole.get("metadata", {}).pop("continue", None)
        return whole

    def create(self, resource: Resource, tenant: str, document: Document) -> Document:
        """Make an object; unknown fields are refused."""
        params = {"fieldValidation": "Strict", "fieldManager": "slipway-cli"}
        return self.json("POST", resource.path(tenant), body=document, params=params)

    def post(
        self,
        resource: Resource,
        tenant: str,
        name: str,
        sub: str,
        body: Document,
        *,
        patience: float = _TIMEOUT[1],
    ) -> Document:
        """Ask a subresource for something, such as a kubeconfig."""
        return self.json("POST", resource.path(tenant, name, sub), body=body, patience=patience)

    def patch(
        self, resource: Resource, tenant: str, name: str, change: Document, *, sub: str = ""
    ) -> Document:
        """Change some fields (merge patch)."""
        kind = "application/merge-patch+json"
        params = {"fieldManager": "slipway-cli"}
        return self.json("PATCH", resource.path(tenant, name, sub), body=change, content=kind, params=params)

    def delete(self, resource: Resource, tenant: str, name: str, *, uid: str = "") -> Document:
        """Ask for the end of an object; with `uid` only of that very one."""
        body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": uid}} if uid else None
        return self.json("DELETE", resource.path(tenant, name), body=body)

    def lines(self, path: str, *, follow: bool) -> Iterator[str]:
        """A text answer line by line, as it comes."""
        params = {"follow": "true"} if follow else {}
        timeout = _FOLLOW_TIMEOUT if follow else _TIMEOUT
        with self._send("GET", path, params=params, accept=TEXT, stream=True, timeout=timeout) as answer:
            answer.encoding = "utf-8"
            try:
                yield from answer.iter_lines(chunk_size=None, decode_unicode=True)
            except requests.RequestException as error:
                raise unreachable(self.access.server, "the connection was lost") from error

    def text(self, path: str, **params: str) -> str:
        """A text answer."""
        return self._send("GET", path, params=params, accept=TEXT).text

    def json(
        self,
        method: str,
        path: str,
        *,
        body: Document | None = None,
        params: Mapping[str, Any] | None = None,
        accept: str = "",
        content: str = "application/json",
        patience: float = _TIMEOUT[1],
    ) -> Document:
        """A JSON answer."""
        timeout = (_TIMEOUT[0], patience)
        answer = self._send(
            method, path, body=body, params=params, accept=accept, content=content, timeout=timeout
        )
        try:
            document: Document = answer.json()
        except requests.JSONDecodeError:
            raise CliError(f"{self.access.server} does not speak Slipway's API: {path} is not JSON") from None
        return document

    def _send(  # noqa: PLR0913 - the same
        self,
        method: str,
        path: str,
        *,
        body: Document | None = None,
        params: Mapping[str, Any] | None = None,
        accept: str = "",
        content: str = "application/json",
        stream: bool = False,
        timeout: tuple[float, float] = _TIMEOUT,
    ) -> requests.Response:
        headers = {"Accept": accept or "application/json"}
        if body is not None:
            headers["Content-Type"] = content
        try:
            answer = self._session.request(
                method,
                self.access.server + path,
                data=None if body is None else json.dumps(body),
                params=dict(params or {}),
                headers=headers,
                stream=stream,
                timeout=timeout,
                verify=self._verify,  # given here: REQUESTS_CA_BUNDLE would replace the session's
            )
        except requests.RequestException as error:
            self._fail(error)
        if answer.status_code >= 400:
            raise _refused(answer, self.access)
        for text in _WARNING.findall(answer.headers.get("Warning", "")):
            click.echo("Warning: " + _ESCAPED.sub(r"\1", text), err=True)
        return answer

    def _fail(self, error: requests.RequestException) -> NoReturn:
        server = self.access.server
        if isinstance(error, requests.exceptions.SSLError):
            message = f"{server} has a certificate that this kubeconfig's CA did not sign"
            hint = f"CA from {self.access.source or 'the system trust store'}"
            raise CliError(message, hint, code=Exit.UNREACHABLE) from error
        if isinstance(error, requests.exceptions.ReadTimeout):
            raise CliError(
                f"{server} took too long to answer", code=Exit.UNREACHABLE, temporary=True
            ) from error
        raise unreachable(server) from error


def _is_this_machine(server: str) -> bool:
    """Then no proxy is asked, whatever the environment says, as Go's clients do."""
    host = urlsplit(server).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _refused(answer: requests.Response, access: Access) -> CliError:
    try:
        status = answer.json()
    except requests.JSONDecodeError:
        status = {}
    if not isinstance(status, dict):
        status = {}
    if answer.status_code == 401:
        hint = f"token from {access.source}: `slipway login {access.server}`"
        return CliError("the server does not accept the token", hint, code=Exit.FORBIDDEN)
    return from_status(answer.status_code, status)
