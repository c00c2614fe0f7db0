"""Errors that render as `v1 Status`, with the reasons that Kubernetes clients act on."""

# ruff: noqa: N818 - the classes are called as Kubernetes calls their reasons

from collections.abc import Sequence
from typing import Any

from slipway.apimachinery.kinds import FieldError, registry
from slipway.kernel.errors import Actor, SlipwayError

_WORDS = {
    "FieldValueInvalid": "Invalid value",
    "FieldValueRequired": "Required value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueDuplicate": "Duplicate value",
}


_MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


class ApiError(SlipwayError):
    """A refused request: HTTP code, reason, message and what it is about."""

    http = 500
    reason = "InternalError"

    def __init__(self, message: str, *, details: dict[str, Any] | None = None, field: str = "") -> None:
        super().__init__(self.reason, message, actor=Actor.TENANT, field=field)
        self.details = details or {}

    def status(self) -> dict[str, Any]:
        """The `v1 Status` document."""
        document = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.http,
        }
        return {**document, "details": self.details} if self.details else document


def qualified(plural: str) -> str:
    """`clusters.slipway.dev`, as messages name a resource."""
    kind = registry.kind(plural)
    return f"{plural}.{kind.group}" if kind and kind.group else plural


def _about(plural: str, name: str) -> dict[str, Any]:
    kind = registry.kind(plural)
    return {"name": name, "group": kind.group if kind else "", "kind": plural}


class BadRequest(ApiError):
    """The request makes no sense as it is."""

    http, reason = 400, "BadRequest"


class Unauthorized(ApiError):
    """Nobody knows who asks."""

    http, reason = 401, "Unauthorized"


class Forbidden(ApiError):
    """The asking user may not do that."""

    http, reason = 403, "Forbidden"


class NotFound(ApiError):
    """There is no such object."""

    http, reason = 404, "NotFound"

    def __init__(self, plural: str, name: str, *, way_out: str = "") -> None:
        more = f"; {way_out.format(name=name)}" if way_out else ""
        super().__init__(f'{qualified(plural)} "{name}" not found{more}', details=_about(plural, name))


class NoSuchPath(ApiError):
    """Nothing is served there."""

    http, reason = 404, "NotFound"


class MethodNotAllowed(ApiError):
    """The resource does not know that verb."""

    http, reason = 405, "MethodNotAllowed"


class NotAcceptable(ApiError):
    """None of the formats the client accepts is spoken here."""

    http, reason = 406, "NotAcceptable"


class AlreadyExists(ApiError):
    """The name is taken."""

    http, reason = 409, "AlreadyExists"

    def __init__(self, plural: str, name: str) -> None:
        super().__init__(f'{qualified(plural)} "{name}" already exists', details=_about(plural, name))


class Conflict(ApiError):
    """The object is not what the writer thought it was."""

    http, reason = 409, "Conflict"

    def __init__(
        self,
        plural: str,
        name: str,
        message: str = _MODIFIED,
        causes: Sequence[dict[str, str]] = (),
    ) -> None:
        text = f'Operation cannot be fulfilled on {qualified(plural)} "{name}": {message}'
        details = _about(plural, name)
        super().__init__(text, details={**details, "causes": list(causes)} if causes else details)


class Expired(ApiError):
    """The asked resourceVersion is no longer in the change log."""

    http, reason = 410, "Expired"


class TooLarge(ApiError):
    """The body is bigger than any object may be."""

    http, reason = 413, "RequestEntityTooLarge"


class UnsupportedMediaType(ApiError):
    """The body is in a format that is not understood here."""

    http, reason = 415, "UnsupportedMediaType"


class Invalid(ApiError):
    """The object breaks rules; each broken rule is a cause."""

    http, reason = 422, "Invalid"

    def __init__(self, plural: str, name: str, errors: Sequence[FieldError]) -> None:
        kind = registry.kind(plural)
        self.errors = list(errors)
        shown = kind.kind if kind else plural
        lines = [f"{e.field}: {_WORDS[e.reason]}: {e.message}" for e in errors]
        listed = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
        causes = [
            {"reason": e.reason, "message": f"{_WORDS[e.reason]}: {e.message}", "field": e.field}
            for e in errors
        ]
        title = f"{shown}.{kind.group}" if kind and kind.group else shown
        super().__init__(
            f'{title} "{name}" is invalid: {listed}',
            details={**_about(plural, name), "kind": shown, "causes": causes},
            field=errors[0].field if errors else "",
        )


class ServiceUnavailable(ApiError):
    """Something outside that the answer needs does not answer: the same request may succeed later."""

    http, reason = 503, "ServiceUnavailable"


class TooManyRequests(ApiError):
    """The client has to wait before it may try again."""

    http, reason = 429, "TooManyRequests"


class Timeout(ApiError):
    """The server cannot answer yet."""

    http, reason = 504, "Timeout"
