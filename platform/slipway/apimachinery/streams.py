"""The answer to a watch: first what is there, then what changes, in the shape the client asked for."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from slipway.apimachinery import changes, lists, pool, selectors, tables
from slipway.apimachinery.errors import Expired
from slipway.apimachinery.kinds import Document, Kind
from slipway.apimachinery.models import Change, StoredObject
from slipway.apimachinery.options import ListOptions
from slipway.apimachinery.watch import Shared, Watcher, hub

_BOOKMARK_SECONDS = 30.0
_RECHECK_SECONDS = 60.0
_LONGEST = (1800, 3600)  # a random end keeps clients from coming back all at once
_AT_ONCE = 500
INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@dataclass(frozen=True)
class Watch:
    """What one client watches."""

    kind: Kind
    namespace: str | None
    visible: set[str] | None
    options: ListOptions
    shape: str  # '', Table or PartialObjectMetadata
    include: str
    allowed: Callable[[], bool]  # asked again now and then: access can be taken away
    rows: QuerySet[StoredObject]

    async def stream(self) -> AsyncIterator[bytes]:
        """The events, one JSON document a line."""
        watcher = await hub().join(self.kind.stored_plural, self.namespace)
        try:
            async for line in self._events(watcher):
                yield line
        except Expired as error:
            yield _line("ERROR", error.status())
        finally:
            hub().leave(watcher)

    async def _events(self, watcher: Watcher) -> AsyncIterator[bytes]:
        version = self.options.version or 0
        if not version or self.options.initial_events:
            documents, metadata = await pool.run(lists.fetch, self.kind, self.rows, _everything(self.options))
            for document in documents:
                yield self._encode("ADDED", document)
            version = int(metadata["resourceVersion"])
            if self.options.initial_events:
                yield self._bookmark(version, {INITIAL_EVENTS_END: "true"})
        while version < watcher.start:
            log = await pool.run(self._log, version, watcher.start)
            for change in log:
                if line := self._told(Shared(change)):
                    yield line
            version = log[-1].resource_version if len(log) == _AT_ONCE else watcher.start
        async for line in self._live(watcher, version):
            yield line

    async def _live(self, watcher: Watcher, version: int) -> AsyncIterator[bytes]:
        end = time.monotonic() + (self.options.timeout or random.randint(*_LONGEST))  # noqa: S311 - only spreads load
        bookmark_at = time.monotonic() + _BOOKMARK_SECONDS
        recheck_at = time.monotonic() + _RECHECK_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - the same
        while (now := time.monotonic()) < end:
            if now >= recheck_at:
                recheck_at = now + _RECHECK_SECONDS
                if not await pool.run(self.allowed):
                    return
            if now >= bookmark_at:
                bookmark_at = now + _BOOKMARK_SECONDS
                if self.options.bookmarks:
                    yield self._bookmark(version)
            try:
                async with asyncio.timeout(min(end, bookmark_at, recheck_at) - now):
                    shared = await watcher.queue.get()
            except TimeoutError:
                if watcher.queue.empty():
                    version = max(version, hub().position)
                continue
            if shared is None:
                raise Expired("the watch was too slow; list again")
            if shared.change.resource_version > version:
                version = shared.change.resource_version
                if line := self._told(shared):
                    yield line
        if self.options.bookmarks:
            yield self._bookmark(version)

    def _log(self, version: int, until: int) -> list[Change]:
        log = changes.since(version, until, plural=self.kind.stored_plural, limit=_AT_ONCE)
        _, floor = changes.position()
        if version < floor:
            raise Expired(f"too old resource version: {version} ({floor})")
        return log

    def _told(self, shared: Shared) -> bytes | None:
        """The line for a change, from where the watcher stands; None if it is none of its business."""
        change, document = shared.change, shared.change.document
        if self.namespace is not None and change.namespace != self.namespace:
            return None
        if self.visible is not None:
            place = change.namespace if self.kind.namespaced else change.name
            if place not in self.visible:
                return None
        if not all(f.holds(document) for f in self.options.fields):
            return None
        labels = document["metadata"].get("labels", {})
        fits = selectors.matches(self.options.labels, labels)
        fitted = selectors.matches(self.options.labels, change.previous_labels)
        if change.type == "DELETED":
            kind = "DELETED" if fitted else ""
        elif fits:
            kind = "MODIFIED" if fitted else "ADDED"
        else:
            kind = "DELETED" if fitted else ""
        if not kind:
            return None
        key = f"{kind}/{self.kind.plural}/{self.shape}/{self.include}"
        if key not in shared.encoded:
            shared.encoded[key] = self._encode(kind, self.kind.project(document))
        return shared.encoded[key]

    def _encode(self, event: str, document: Document) -> bytes:
        if self.shape == "Table":
            metadata = {"resourceVersion": document["metadata"].get("resourceVersion", "")}
            return _line(event, tables.table(self.kind, [document], metadata, self.include))
        return _line(event, tables.partial(document) if self.shape else document)

    def _bookmark(self, version: int, annotations: dict[str, str] | None = None) -> bytes:
        metadata: dict[str, Any] = {"resourceVersion": str(version), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        if self.shape == "Table":
            row = {"cells": [], "object": tables.partial({"metadata": metadata})}
            return _line(
                "BOOKMARK", {**tables.table(self.kind, [], {"resourceVersion": str(version)}), "rows": [row]}
            )
        document = {"kind": self.kind.kind, "apiVersion": self.kind.api_version, "metadata": metadata}
        return _line("BOOKMARK", tables.partial(document) if self.shape else document)


def _line(event: str, document: Document) -> bytes:
    return json.dumps({"type": event, "object": document}, separators=(",", ":")).encode() + b"\n"


def _everything(options: ListOptions) -> ListOptions:
    return ListOptions(options.labels, options.fields, 0, None, None, "", True, False, False, 0)
