"""How answers are printed: tables as the server lays them out, or JSON, YAML and names for programs."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from slipway.cli.app import App
from slipway.cli.resources import Resource

Document = dict[str, Any]


def print_objects(app: App, resource: Resource, tenant: str, name: str = "", *, selector: str = "") -> None:
    """One object or a list, fetched and printed as `-o` says."""
    table = not app.structured
    if name:
        answer = app.api.get(resource, tenant, name, table=table)
    else:
        answer = app.api.list(resource, tenant, selector=selector, table=table)
    if answer.get("kind") == "Table":
        _print_table(app, resource, tenant, answer)
    else:
        print_document(app, resource, answer)


def print_document(app: App, resource: Resource, document: Document) -> None:
    """An object or a list as JSON, YAML or names (names also where a table was asked for and none came)."""
    if app.output == "json":
        click.echo(json.dumps(document, indent=2))
    elif app.output == "yaml":
        click.echo(as_yaml(document), nl=False)
    else:
        for item in document.get("items", [document]):
            click.echo(resource.full_name(item["metadata"]["name"]))


def print_done(app: App, resource: Resource, document: Document, verb: str) -> None:
    """The object for programs; `cluster.slipway.dev/web created` for people."""
    if app.structured:
        print_document(app, resource, document)
    else:
        click.echo(f"{resource.full_name(document['metadata']['name'])} {verb}")


def as_yaml(document: Any) -> str:
    """YAML in the order of the document."""
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text


def columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned columns, the last one ragged."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def age(since: str, now: datetime | None = None) -> str:
    """`42s`, `5m`, `3h`, `12d` since an RFC 3339 time; anything else unchanged."""
    try:
        then = datetime.fromisoformat(since)
    except ValueError:
        return since
    seconds = max(0, int(((now or datetime.now(UTC)) - then).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _print_table(app: App, resource: Resource, tenant: str, table: Document) -> None:
    rows = table.get("rows") or []
    if not rows:
        where = f" in tenant {tenant}" if tenant else ""
        app.remark(f"No {resource.plural}{where}.")
        return
    shown = [
        (index, definition)
        for index, definition in enumerate(table["columnDefinitions"])
        if app.output == "wide" or not definition.get("priority")
    ]
    header = [definition["name"].upper() for _, definition in shown]
    cells = [[_cell(row["cells"][index], definition) for index, definition in shown] for row in rows]
    if not tenant and resource.namespaced:  # objects of several tenants: say whose each is
        header.insert(0, "TENANT")
        for row, line in zip(rows, cells, strict=True):
            line.insert(0, row.get("object", {}).get("metadata", {}).get("namespace", ""))
    click.echo(columns(header, cells))


def _cell(value: Any, definition: Document) -> str:
    if value is None or value == "":
        return ""
    if definition.get("type") == "date":
        return age(str(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
