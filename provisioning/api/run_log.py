"""runs/NAME/log: the lines of a run, once or as they come."""

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from provisioning.models import RunLine
from slipway.apimachinery.kinds import Document, Subresource
from slipway.apimachinery.store import store

POLL_SECONDS = 0.5
_OVER = ("Succeeded", "Failed", "Interrupted")


def _get(request: Request, run: Document) -> HttpResponse | StreamingHttpResponse:
    if request.query_params.get("follow") != "true":
        return HttpResponse(_lines(run["metadata"]["uid"], 0)[0], content_type="text/plain; charset=utf-8")
    return StreamingHttpResponse(_follow(run), content_type="text/plain; charset=utf-8")


def _lines(uid: str, after: int) -> tuple[str, int]:
    """The text of the lines after that number, and the number of the last."""
    rows = list(RunLine.objects.filter(run_uid=uid, number__gt=after).values_list("number", "text"))
    return "".join(f"{text}\n" for _, text in rows), rows[-1][0] if rows else after


async def _follow(run: Document) -> AsyncIterator[str]:
    meta, last = run["metadata"], 0
    while True:
        # The phase is read before the lines: what is written before the end is never missed.
        now = await sync_to_async(store.get)("runs", meta["namespace"], meta["name"])
        over = now is None or now.get("status", {}).get("phase") in _OVER
        text, last = await sync_to_async(_lines)(meta["uid"], last)
        if text:
            yield text
        if over:
            return
        await asyncio.sleep(POLL_SECONDS)


RUN_LOG = Subresource("log", "RunLog", ("get",), _get)
