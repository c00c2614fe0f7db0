"""From what a writer sent to what is stored: rules of metadata, the spec model, the kind's own rules."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slipway.apimachinery import metadata
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.kinds import Admission, Document, FieldError, Kind, Reader

_REASONS: dict[str, Any] = {
    "missing": "FieldValueRequired",
    "enum": "FieldValueNotSupported",
    "literal_error": "FieldValueNotSupported",
    "union_tag_invalid": "FieldValueNotSupported",
    "extra_forbidden": "FieldValueForbidden",
}
_SHOWN = 200  # of a refused value


def admit(
    kind: Kind, new: Document, old: Document | None, *, user: str, reader: Reader, dry_run: bool
) -> Document:
    """The object with defaults filled in, or Invalid with every broken rule."""
    errors = metadata.errors_of(kind, new)
    if errors:
        raise Invalid(kind.plural, new["metadata"].get("name", ""), errors)
    new = {**new, "spec": _modelled(kind, new)}
    admission = Admission(new=new, old=old, user=user, reader=reader, dry_run=dry_run)
    before = copy.deepcopy(new["spec"])
    kind.default(admission)
    if new["spec"] != before:
        new["spec"] = _modelled(kind, new)
    errors = kind.validate(admission)
    if errors:
        raise Invalid(kind.plural, new["metadata"]["name"], errors)
    return new


def initial_status(kind: Kind) -> dict[str, Any]:
    """The status of an object nobody has looked at yet."""
    if any(f.is_required() for f in kind.status.model_fields.values()):
        return {}
    return kind.status().model_dump(by_alias=True, mode="json", exclude_none=True)


def _modelled(kind: Kind, document: Document) -> dict[str, Any]:
    spec = document.get("spec")
    try:
        model: BaseModel = kind.spec.model_validate({} if spec is None else spec)
    except ValidationError as error:
        raise Invalid(
            kind.plural, document["metadata"].get("name", ""), _unless_secret(kind, error, spec)
        ) from None
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


def field_errors(error: ValidationError, value: Any, root: str = "spec") -> list[FieldError]:
    """pydantic's errors as paths of the document."""
    return [
        _field_error(found, value, root) for found in error.errors(include_url=False, include_context=False)
    ]


def said(found: ErrorDetails) -> str:
    """What is wrong, without the words that pydantic puts before a reason of ours."""
    return found["msg"].removeprefix("Value error, ")


def _unless_secret(kind: Kind, error: ValidationError, spec: Any) -> list[FieldError]:
    secret = tuple(p if p.startswith("spec.") else f"spec.{p}" for p in kind.secret_fields)
    return [
        FieldError(e.field, "the value is not valid", e.reason)
        if secret and e.field.startswith(secret)
        else e
        for e in field_errors(error, spec)
    ]


def _field_error(found: ErrorDetails, value: Any, root: str) -> FieldError:
    reason = _REASONS.get(found["type"], "FieldValueInvalid")
    path = _path(found["loc"], value, root)
    text = said(found)
    given = found.get("input")
    shown = isinstance(given, str | int | float | bool) and reason in (
        "FieldValueInvalid",
        "FieldValueNotSupported",
    )
    return FieldError(path, f"{json.dumps(given)[:_SHOWN]}: {text}" if shown else text, reason)


def _path(loc: Sequence[int | str], value: Any, root: str) -> str:
    path = root
    for i, part in enumerate(loc):
        last = i == len(loc) - 1
        if isinstance(part, int):
            path += f"[{part}]"
            value = value[part] if isinstance(value, list) and part < len(value) else None
        elif isinstance(value, dict) and part in value:
            path += f".{part}"
            value = value[part]
        elif last and isinstance(value, dict):
            path += f".{part}"  # the field that is missing; other unknown parts are names of union branches
    return path
