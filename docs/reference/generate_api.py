"""Writes api.md from the kinds: `python docs/reference/generate_api.py`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings.base")
django.setup()

from slipway.apimachinery import schemas  # noqa: E402 - imports models, so Django has to be set up
from slipway.apimachinery.kinds import Kind, registry  # noqa: E402 - the same

TARGET = Path(__file__).with_name("api.md")
HEAD = """# Kinds of the API

Generated from the kinds by `python docs/reference/generate_api.py`; do not edit. `kubectl explain` says the same.

Group `slipway.dev`, version `v1`, over https. A tenant is a namespace. Every object has `apiVersion`, `kind`,
`metadata`, `spec` (what is wanted) and `status` (what was seen); the reasons in `status.conditions` are in
[conditions.md](conditions.md).
`v1` Event and Namespace and `authorization.k8s.io/v1` SelfSubjectAccessReview are served as far as kubectl uses them.
"""


def page() -> str:
    """The whole page."""
    ours = sorted((k for k in registry.kinds() if k.group == "slipway.dev"), key=lambda k: k.kind)
    return HEAD + "".join(_section(kind) for kind in ours)


def _section(kind: Kind) -> str:
    schema = schemas.of(kind.plural)["properties"]
    parts = [
        f"\n## {kind.kind}\n\n{kind.description}\n\n{_facts(kind)}\n",
        _table("spec", schema["spec"], with_default=True),
        _table("status", schema["status"], with_default=False),
    ]
    return "\n".join(part for part in parts if part)


def _facts(kind: Kind) -> str:
    extra = [*registry.subresources(kind.plural), *(["scale"] if kind.scale else [])]
    facts = [
        f"`{kind.plural}`" + "".join(f", `{short}`" for short in kind.short_names),
        "in a tenant" if kind.namespaced else "for the whole installation",
        ", ".join(kind.verbs),
    ]
    if extra:
        facts.append("subresources " + ", ".join(f"`{name}`" for name in sorted(extra)))
    if kind.secret_fields:
        facts.append("write-only " + ", ".join(f"`{path}`" for path in kind.secret_fields))
    return " · ".join(facts)


def _table(root: str, schema: dict[str, Any], *, with_default: bool) -> str:
    rows = list(_fields(root, schema))
    if not rows:
        return ""
    head = ["Field", "Type", *(["Default"] if with_default else []), "Meaning"]
    lines = [head, ["---"] * len(head)]
    for path, field, required in rows:
        default = "required" if required else _default(field)
        meaning = _cell(field.get("description", ""))
        lines.append([f"`{path}`", _type(field), *([default] if with_default else []), meaning])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _fields(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        if field.get("properties"):
            yield from _fields(here, field)
            continue
        yield here, field, name in schema.get("required", ())
        if field.get("items", {}).get("properties"):
            yield from _fields(f"{here}[]", field["items"])


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return _cell(" | ".join(str(value) for value in field["enum"]))
    if field.get("type") == "array":
        return f"list of {field.get('items', {}).get('type', 'any')}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"map of {field['additionalProperties'].get('type', 'any')}"
    return _cell(field.get("type") or " | ".join(b.get("type", "any") for b in field.get("anyOf", ())))


def _default(field: dict[str, Any]) -> str:
    value = field.get("default")
    return (
        "" if value in (None, "", [], {}) else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    TARGET.write_text(page())
