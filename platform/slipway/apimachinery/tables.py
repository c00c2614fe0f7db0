"""Tables: what kubectl prints. One cell per column, ages in human words, wide columns with priority 1."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from slipway.apimachinery.errors import BadRequest
from slipway.apimachinery.kinds import Column, Document, Kind

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_YEAR = 365 * _DAY

_NAME = Column("Name", lambda d: d["metadata"]["name"], description="Name of the object.")


def table(kind: Kind, documents: Iterable[Document], metadata: dict[str, Any], include: str = "") -> Document:
    """The objects as a meta.k8s.io/v1 Table; `include` is None, Metadata or Object."""
    if include not in ("", "None", "Metadata", "Object"):
        raise BadRequest(f'includeObject: Unsupported value: "{include}"')
    columns = _columns(kind)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [_definition(c) for c in columns],
        "rows": [_row(columns, d, include) for d in documents],
    }


def partial(document: Document) -> Document:
    """Only the metadata, for clients that ask for PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": document["metadata"]}


def _columns(kind: Kind) -> list[Column]:
    return [*([] if any(c.name == "Name" for c in kind.columns) else [_NAME]), *kind.columns]


def _definition(column: Column) -> dict[str, Any]:
    kind = "string" if column.type == "date" else column.type  # dates are sent as ages, ready to print
    return {
        "name": column.name,
        "type": kind,
        "format": "name" if column.name == "Name" else "",
        "description": column.description,
        "priority": 1 if column.wide else 0,
    }


def _row(columns: list[Column], document: Document, include: str) -> dict[str, Any]:
    row: dict[str, Any] = {"cells": [_cell(c, document) for c in columns]}
    if include != "None":
        row["object"] = document if include == "Object" else partial(document)
    return row


def _cell(column: Column, document: Document) -> Any:
    try:
        value = column.value(document)
    except (KeyError, IndexError, TypeError):  # a status that is not filled in yet has nothing to show
        return None
    if column.type == "date":
        return age(value) if value else "<unknown>"
    return value


def age(moment: str) -> str:
    """How long ago, in at most two units."""
    then = datetime.fromisoformat(moment)
    seconds = int((datetime.now(UTC) - then).total_seconds())
    if seconds < -1:
        return "<invalid>"
    seconds = max(seconds, 0)
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    for below, big, small, names in (
        (10 * _MINUTE, _MINUTE, 1, "ms"),
        (3 * _HOUR, _MINUTE, 0, "m"),
        (8 * _HOUR, _HOUR, _MINUTE, "hm"),
        (2 * _DAY, _HOUR, 0, "h"),
        (8 * _DAY, _DAY, _HOUR, "dh"),
        (2 * _YEAR, _DAY, 0, "d"),
        (8 * _YEAR, _YEAR, _DAY, "yd"),
    ):
        if seconds < below:
            rest = seconds % big // small if small else 0
            return f"{seconds // big}{names[0]}" + (f"{rest}{names[1]}" if rest else "")
    return f"{seconds // _YEAR}y"
