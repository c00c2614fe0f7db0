"""The threads that requests run on: a bounded number, each with one lasting database connection."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 16  # also the most database connections of a web process, next to the watch hub's own one

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work(...)` on a thread of the pool."""
    return await run_on(_threads, work, *args, **kwargs)


async def run_on(threads: ThreadPoolExecutor, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work(...)` on one of these threads, with a database connection that is still good."""
    call: Callable[[], T] = partial(
        copy_context().run, partial(_with_connection, partial(work, *args, **kwargs))
    )
    return await asyncio.get_running_loop().run_in_executor(threads, call)


def _with_connection(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def pooled(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """A synchronous view for the ASGI server.

    Django itself would give each request a thread of its own, kept for as long as a watch lasts.
    """

    async def dispatch(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request, ASGIRequest):
            return await run(_rendered, view, request, **kwargs)
        return await sync_to_async(_rendered)(view, request, **kwargs)

    return dispatch


def _rendered(view: Callable[..., HttpResponseBase], request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    response = view(request, **kwargs)
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    return response
