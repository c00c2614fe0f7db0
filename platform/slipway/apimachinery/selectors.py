"""Label and field selectors: one parser, evaluated by the database for lists and in memory for watches."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from slipway.apimachinery.errors import BadRequest
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.models import StoredObject

Operator = Literal["in", "notin", "exists", "absent"]

_REQUIREMENT = re.compile(
    r"""\s*(?:
      (?P<absent>!)\s*(?P<absent_key>[^\s=!,()]+)
    | (?P<set_key>[^\s=!,()]+)\s+(?P<set_op>in|notin)\s*\((?P<values>[^()]*)\)
    | (?P<key>[^\s=!,()]+)\s*(?P<op>==|=|!=)\s*(?P<value>[^\s,()=!]*)
    | (?P<exists>[^\s=!,()]+)
    )\s*(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition; a selector is all of its requirements together."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, labels: dict[str, str]) -> bool:
        """Whether these labels fulfil the requirement."""
        match self.operator:
            case "in":
                return labels.get(self.key) in self.values
            case "notin":
                return labels.get(self.key) not in self.values
            case "exists":
                return self.key in labels
            case "absent":
                return self.key not in labels


Selector = tuple[Requirement, ...]


def parse_labels(text: str) -> Selector:
    """`a=b,c!=d,e in (f,g),h notin (i),j,!k`."""
    requirements, at = [], 0
    while at < len(text):
        found = _REQUIREMENT.match(text, at)
        if not found:
            raise BadRequest(f"unable to parse the label selector {text!r} at {text[at:]!r}")
        requirements.append(_requirement(found))
        at = found.end()
    return tuple(requirements)


def _requirement(found: "re.Match[str]") -> Requirement:
    if found["absent"]:
        return Requirement(found["absent_key"], "absent")
    if found["set_key"]:
        values = frozenset(v.strip() for v in found["values"].split(","))
        return Requirement(found["set_key"], "in" if found["set_op"] == "in" else "notin", values)
    if found["key"]:
        operator: Operator = "notin" if found["op"] == "!=" else "in"
        return Requirement(found["key"], operator, frozenset({found["value"]}))
    return Requirement(found["exists"], "exists")


def matches(selector: Selector, labels: dict[str, str] | None) -> bool:
    """Whether labels fulfil all requirements; None stands for an object that was not there."""
    return labels is not None and all(r.holds(labels) for r in selector)


def select(rows: QuerySet[StoredObject], selector: Selector) -> QuerySet[StoredObject]:
    """The rows whose labels fulfil the selector."""
    for i, requirement in enumerate(selector):
        alias = f"label_{i}"
        rows = rows.alias(**{alias: Cast(KeyTextTransform(requirement.key, "labels"), TextField())})
        missing, among = Q(**{f"{alias}__isnull": True}), Q(**{f"{alias}__in": sorted(requirement.values)})
        match requirement.operator:
            case "in":
                rows = rows.filter(among)
            case "notin":
                rows = rows.filter(missing | ~among)
            case "exists":
                rows = rows.filter(~missing)
            case "absent":
                rows = rows.filter(missing)
    return rows


@dataclass(frozen=True, slots=True)
class FieldRequirement:
    """`path=value` or `path!=value`."""

    path: str
    value: str
    equal: bool

    def holds(self, document: Document) -> bool:
        """Whether the document has (or has not) that value there."""
        found: Any = document
        for part in self.path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return (str(found if found is not None else "") == self.value) is self.equal


FieldSelector = tuple[FieldRequirement, ...]

_COMMON = ("metadata.name", "metadata.namespace")
_OF_EVENTS = (
    *(
        f"involvedObject.{k}"
        for k in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    ),
    *("reason", "type", "reportingComponent", "source"),
)


def parse_fields(text: str, plural: str) -> FieldSelector:
    """`metadata.name=web`; events know some more fields."""
    allowed = _COMMON + _OF_EVENTS if plural == "events" else _COMMON
    requirements = []
    for part in filter(None, text.split(",")):
        path, operator, value = re.match(r"([^=!]*)(!=|==|=|)(.*)", part).groups()  # type: ignore[union-attr] # always matches
        if not operator:
            raise BadRequest(f"invalid field selector {part!r}: it has no operator")
        if path not in allowed:
            raise BadRequest(f'field label not supported: "{path}"')
        requirements.append(FieldRequirement(path, value, operator != "!="))
    return tuple(requirements)


def select_fields(rows: QuerySet[StoredObject], selector: FieldSelector) -> QuerySet[StoredObject]:
    """The rows that fulfil what is in columns; `involvedObject.*` is in the document."""
    columns = {"metadata.name": "name", "metadata.namespace": "namespace", "involvedObject.uid": "about_uid"}
    for requirement in selector:
        column = columns.get(requirement.path, f"document__{requirement.path.replace('.', '__')}")
        wanted = Q(**{column: requirement.value})
        if not requirement.value and column.startswith("document"):
            wanted |= Q(**{f"{column}__isnull": True})
        rows = rows.filter(wanted if requirement.equal else ~wanted)
    return rows
