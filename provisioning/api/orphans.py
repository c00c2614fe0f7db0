"""providers/NAME/orphans: what lies at the provider and belongs to nothing; POST removes those that it names."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning import conditions as c
from provisioning.drivers.contract import OutsideKind
from provisioning.reconcile import orphans
from provisioning.reconcile.providers import open_provider
from slipway.apimachinery import bodies
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.kinds import Document, FieldError, Subresource
from slipway.apimachinery.store import store

_NAMED = 10  # in one event
_HEAD = {"apiVersion": "slipway.dev/v1", "kind": "OrphanList"}


def _serve(request: Request, provider: Document) -> Response:
    if request.method == "POST":
        return _remove(request, provider)
    found = orphans.find(open_provider(provider["metadata"]["name"]))
    items = [
        {
            "kind": one.found.kind.value,
            "name": one.found.name,
            "tenant": one.tenant,
            "cluster": one.cluster,
            "createdAt": one.found.made_at or None,
            "reason": one.reason,
        }
        for one in found
    ]
    return Response({**_HEAD, "metadata": _metadata(provider), "items": items})


def _remove(request: Request, provider: Document) -> Response:
    """Only what is named and is an orphan at this moment. One that stays says why."""
    asked = bodies.read(request._request).value  # noqa: SLF001 - DRF has no other name for it
    wanted = _wanted(asked, provider["metadata"]["name"])
    opened = open_provider(provider["metadata"]["name"])
    removals = orphans.remove(opened, wanted)
    if gone := [f"{one.kind} {one.name}" for one in removals if not one.stayed]:
        user: Any = request.user
        rest = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        text = f"{user.name} removed {', '.join(gone[:_NAMED])}{rest}"
        store.record_event(provider, "Normal", c.ORPHANS_REMOVED, text)
        orphans.look_again(opened)
    items = [
        {"kind": one.kind, "name": one.name, "removed": not one.stayed, "reason": one.stayed}
        for one in removals
    ]
    return Response({**_HEAD, "metadata": _metadata(provider), "items": items})


def _metadata(provider: Document) -> dict[str, str]:
    return {"name": provider["metadata"]["name"]}


def _wanted(asked: Any, provider: str) -> list[tuple[str, str]]:
    items = asked.get("items") if isinstance(asked, dict) else None
    if not isinstance(items, list) or not items:
        text = "name at least one, as GET lists them: {kind, name}"
        raise Invalid("providers", provider, [FieldError("items", text, "FieldValueRequired")])
    errors = [
        FieldError(f"items[{at}]", f"give kind and name; kinds are {', '.join(OutsideKind)}")
        for at, one in enumerate(items)
        if not (
            isinstance(one, dict) and one.get("kind") in set(OutsideKind) and isinstance(one.get("name"), str)
        )
    ]
    if errors:
        raise Invalid("providers", provider, errors)
    return [(one["kind"], one["name"]) for one in items]


ORPHANS = Subresource("orphans", "OrphanList", ("get", "create"), _serve)
