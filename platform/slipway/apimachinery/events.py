"""v1 Event: what happened to an object, in words, counted when it happens again."""

import copy
import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from slipway.apimachinery.kinds import READ_VERBS, Column, Document, Kind, Model
from slipway.apimachinery.models import StoredObject
from slipway.kernel.conditions import timestamp

KEEP_EVENTS_FOR = timedelta(days=1)
_TRIM_AT_ONCE = 500  # a longer transaction would hold up the writers

_STRING, _TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
_REFERENCE = {k: dict(_STRING) for k in ("apiVersion", "kind", "name", "namespace", "uid", "resourceVersion")}


class _Nothing(Model):
    """Events have neither spec nor status."""


def _object(document: Document) -> str:
    about = document["involvedObject"]
    return f"{about['kind'].lower()}/{about['name']}"


EVENT = Kind(
    kind="Event",
    plural="events",
    group="",
    spec=_Nothing,
    status=_Nothing,
    short_names=("ev",),
    verbs=READ_VERBS,
    description="Something that happened to an object.",
    schema={
        "involvedObject": {"type": "object", "description": "What it is about.", "properties": _REFERENCE},
        "reason": {"type": "string", "description": "One CamelCase word for programs."},
        "message": {"type": "string", "description": "A sentence for people."},
        "type": {"type": "string", "description": "Normal or Warning."},
        "count": {"type": "integer", "description": "How often it happened."},
        "firstTimestamp": {**_TIME, "description": "When it happened first."},
        "lastTimestamp": {**_TIME, "description": "When it happened last."},
        "source": {"type": "object", "description": "Who says so.", "properties": {"component": _STRING}},
        "reportingComponent": _STRING,
        "reportingInstance": _STRING,
    },
    columns=(
        Column("Last Seen", lambda d: d["lastTimestamp"], type="date"),
        Column("Type", lambda d: d["type"]),
        Column("Reason", lambda d: d["reason"]),
        Column("Object", _object),
        Column("Message", lambda d: d["message"]),
        Column("Count", lambda d: d["count"], type="integer", wide=True),
    ),
)


def identity(regarding: Document, type_: str, reason: str, message: str) -> dict[str, str]:
    """Where the event with these words is stored, if it happened before."""
    about = regarding["metadata"]
    words = "\x00".join((about["uid"], type_, reason, message))
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    return {
        "plural": EVENT.plural,
        "namespace": about.get("namespace") or "default",
        "name": f"{about['name'][:230]}.{digest}",
    }


def first(regarding: Document, type_: str, reason: str, message: str) -> Document:
    """The event when it happens for the first time."""
    where, now = identity(regarding, type_, reason, message), timestamp()
    about: dict[str, Any] = {"apiVersion": regarding["apiVersion"], "kind": regarding["kind"]}
    for key in ("name", "namespace", "uid", "resourceVersion"):
        if regarding["metadata"].get(key):
            about[key] = regarding["metadata"][key]
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": where["name"],
            "namespace": where["namespace"],
            "uid": str(uuid.uuid4()),
            "creationTimestamp": now,
        },
        "involvedObject": about,
        "reason": reason,
        "message": message,
        "type": type_,
        "count": 1,
        "firstTimestamp": now,
        "lastTimestamp": now,
        "source": {"component": "slipway"},
        "reportingComponent": "slipway",
        "reportingInstance": "",
    }


def repeated(event: Document) -> Document:
    """The event when it happens again."""
    again = copy.deepcopy(event)
    again["count"] += 1
    again["lastTimestamp"] = timestamp()
    return again


def outdated() -> list[StoredObject]:
    """Events nobody will ask for any more, the oldest first."""
    limit = timezone.now() - KEEP_EVENTS_FOR
    rows = StoredObject.objects.select_for_update().filter(plural=EVENT.plural, updated__lt=limit)
    return list(rows.order_by("updated")[:_TRIM_AT_ONCE])
