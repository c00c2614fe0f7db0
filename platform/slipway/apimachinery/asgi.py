"""What the web process puts around Django: bodies that stay small, and watches that hold no thread."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.signals import request_started
from django.db import close_old_connections, reset_queries

from slipway.apimachinery.bodies import LIMIT

Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def around(application: Application) -> Application:
    """The application as the server runs it."""
    # Each of these would take a thread for every request and keep it until the answer ends, which is never
    # for a watch. The request pool minds its own connections.
    for receiver in (close_old_connections, reset_queries):
        request_started.disconnect(receiver)

    async def limited(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await application(scope, _Limited(receive) if scope["type"] == "http" else receive, send)

    return limited


class _Limited:
    """Ends a body once it is too large, so that its rest is never kept; the view then refuses it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def __call__(self) -> Event:
        event = await self._receive()
        while self._size > LIMIT and event["type"] == "http.request":
            event = await self._receive()
        if event["type"] == "http.request":
            self._size += len(event["body"])
            if self._size > LIMIT:
                return {**event, "more_body": False}
        return event
