"""Lists: one query per chunk, served from stored documents without looking into them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from slipway.apimachinery import changes, selectors
from slipway.apimachinery.errors import Expired, Timeout
from slipway.apimachinery.kinds import Document, Kind
from slipway.apimachinery.models import Sequence, StoredObject
from slipway.apimachinery.options import Continue, ListOptions

EXPIRED = "The resourceVersion asked for is too old; list again without it"


def rows_of(
    kind: Kind, namespace: str | None, visible: set[str] | None, options: ListOptions
) -> QuerySet[StoredObject]:
    """The rows a list, a watch's first events or a deletecollection is about."""
    rows = StoredObject.objects.filter(plural=kind.stored_plural)
    if namespace is not None:
        rows = rows.filter(namespace=namespace)
    if visible is not None:
        rows = rows.filter(**{f"{'namespace' if kind.namespaced else 'name'}__in": sorted(visible)})
    return selectors.select_fields(selectors.select(rows, options.labels), options.fields)


def fetch(
    kind: Kind, rows: QuerySet[StoredObject], options: ListOptions
) -> tuple[list[Document], dict[str, Any]]:
    """One chunk: the documents, and the list's metadata.

    Every chunk carries the number of the first one, so a watch from there repeats what later chunks already
    showed newer, and misses nothing.
    """
    after, limit = options.after, options.limit
    if after:
        rows = rows.filter(
            Q(namespace__gt=after.namespace) | Q(namespace=after.namespace, name__gt=after.name)
        )
    counter = Sequence.objects.filter(id=1)
    found = rows.order_by("namespace", "name").values_list(
        "document", Subquery(counter.values("value")), Subquery(counter.values("trimmed"))
    )
    chunk = list(found[: limit + 1] if limit else found)
    newest, floor = (chunk[0][1] or 0, chunk[0][2] or 0) if chunk else changes.position()
    _check(options, newest, floor)
    version = after.version if after else newest
    documents = [kind.project(d) for d, _, _ in chunk]
    metadata: dict[str, Any] = {"resourceVersion": str(version)}
    if limit and len(documents) > limit:
        documents = documents[:limit]
        last = documents[-1]["metadata"]
        metadata["continue"] = Continue(version, last.get("namespace", ""), last["name"]).token()
    return documents, metadata


def document(kind: Kind, items: Iterable[Document], metadata: dict[str, Any]) -> Document:
    """The list as it is sent."""
    return {
        "kind": f"{kind.kind}List",
        "apiVersion": kind.api_version,
        "metadata": metadata,
        "items": list(items),
    }


def _check(options: ListOptions, newest: int, floor: int) -> None:
    asked = options.after.version if options.after else options.version
    if asked is None:
        return
    if asked > newest:
        raise Timeout(
            f"Too large resource version: {asked}, current: {newest}", details={"retryAfterSeconds": 1}
        )
    if (options.after and asked < floor) or (options.match == "Exact" and asked != newest):
        raise Expired(EXPIRED)
