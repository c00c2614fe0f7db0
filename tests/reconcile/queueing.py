"""Rows of the queue in the hands of a test: claimed, taken over, looked at, and asked for by many at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from django.db import connections
from django.utils import timezone
from support.fake_site import Site

from provisioning.models import Work
from provisioning.reconcile import queue
from provisioning.reconcile.lease import Lease
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store

T = TypeVar("T")


def in_thread(call: Callable[[], T]) -> T:
    """What `call` returns, made in a thread with a database connection of its own."""

    def whole() -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(whole).result()


def at_once(count: int, call: Callable[[], T]) -> list[T]:
    """The answers of that many threads that call at the same moment."""
    start = threading.Barrier(count)

    def whole() -> T:
        try:
            start.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [f.result() for f in [pool.submit(whole) for _ in range(count)]]


def row(document: Document) -> Work:
    return Work.objects.get(uid=document["metadata"]["uid"])


def claim(document: Document) -> Lease:
    claimed = queue.claim(document["metadata"]["uid"])
    assert claimed is not None
    return claimed[0]


def taken_over(document: Document) -> Lease:
    """Another holder's lease, after the present one ran out."""
    Work.objects.filter(uid=document["metadata"]["uid"]).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )
    return claim(document)


def pending(document: Document) -> float:
    """Seconds until the object is due."""
    return (row(document).next_reconcile_at - timezone.now()).total_seconds()


@contextmanager
def slow_calls(site: Site, seconds: float) -> Iterator[None]:
    """Every call of the provider takes so long."""
    settings = {"path": str(site.cloud.path), "latency": seconds}
    store.edit("providers", "", "fake", lambda d: {**d, "spec": {**d["spec"], "settings": settings}})
    try:
        yield
    finally:
        settings["latency"] = 0
        store.edit("providers", "", "fake", lambda d: {**d, "spec": {**d["spec"], "settings": settings}})
