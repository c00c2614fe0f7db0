"""JSON over HTTPS with a client certificate: all that the API server and etcd's gateway ask of us.

The `kubernetes` package is not used for this: its typed API costs 97 MB in each worker process and its REST
layer alone 19 MB, for the same few calls over the same urllib3.
"""

import json
import ssl
from typing import Any, Literal

import urllib3
from urllib3 import exceptions

from slipway.kernel.errors import SlipwayError

CALL_SECONDS = 2.5

Method = Literal["GET", "POST", "PATCH", "DELETE"]


class UnreachableError(SlipwayError):
    """Nobody answered; whether the call had an effect is unknown."""


class RefusedError(SlipwayError):
    """The server answered, and the answer is no."""

    def __init__(self, status: int, message: str, foreign: str) -> None:
        super().__init__("Refused", message, foreign=foreign)
        self.status = status


class JsonClient:
    """One server. Safe from several threads; connections are kept until `close`."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self.url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            ssl_context=context,
            maxsize=8,
            retries=False,
            timeout=urllib3.Timeout(total=CALL_SECONDS),
        )

    def call(
        self,
        method: Method,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
    ) -> Any:
        """The answer as JSON, or as text where the server sends none (health checks)."""
        try:
            answer = self._pool.request(
                method,
                self.url + path,
                body=None if body is None else json.dumps(body),
                headers={"Content-Type": content_type, "Accept": "application/json"},
            )
        except exceptions.HTTPError as error:
            raise UnreachableError(
                "Unreachable", f"{self.url} {_in_plain_words(error)}", foreign=str(error)
            ) from error
        text = answer.data.decode(errors="replace")
        if answer.status >= 400:
            message = f"{self.url} answered {answer.status} to {method} {path}"
            raise RefusedError(answer.status, message, _their_words(text))
        return json.loads(text) if text.startswith("{") else text

    def close(self) -> None:
        """Drop the kept connections."""
        self._pool.clear()


def _their_words(text: str) -> str:
    """Both servers put a sentence under `message` when they answer in JSON."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _in_plain_words(error: exceptions.HTTPError) -> str:
    reason = str(error)
    if "refused" in reason:
        return "refuses connections: nothing listens there"
    if "No route" in reason or "unreachable" in reason:
        return "cannot be reached: no route to it"
    if isinstance(error, exceptions.TimeoutError):  # after the two above, which urllib3 counts among these
        return f"did not answer within {CALL_SECONDS:g} seconds"
    if isinstance(error, exceptions.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            return "shows a certificate that is not this cluster's"
        return "does not complete the TLS handshake"
    return "broke the connection"
