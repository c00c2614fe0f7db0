"""What the API says about itself and the asking user: access reviews, and the Status of a finished delete."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from slipway.apimachinery import access, bodies, protobuf
from slipway.apimachinery.base import ApiView
from slipway.apimachinery.errors import BadRequest
from slipway.apimachinery.kinds import Document, Kind

GROUP = "authorization.k8s.io"


def success(kind: Kind, document: Document) -> Document:
    """The Status of a delete that left nothing."""
    held = document["metadata"]
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {"name": held["name"], "group": kind.group, "kind": kind.plural, "uid": held["uid"]},
    }


class SelfSubjectAccessReviewView(ApiView):
    """May I? `kubectl auth can-i` asks in protobuf and reads the answer in JSON."""

    def post(self, request: Request) -> Response:
        """Ask the gate that also guards every other view."""
        spec = _asked(request)
        attributes = spec.get("resourceAttributes")
        allowed, reason = False, "only resources can be asked about"
        if isinstance(attributes, dict):
            allowed, reason = _may(request.user, {k: str(v) for k, v in attributes.items()}), ""
        review = {
            "kind": "SelfSubjectAccessReview",
            "apiVersion": f"{GROUP}/v1",
            "metadata": {"creationTimestamp": None},
            "spec": spec,
            "status": {"allowed": allowed, **({"reason": reason} if reason else {})},
        }
        return Response(review, status=201)


def _may(user: Any, attributes: dict[str, str]) -> bool:
    keys = ("verb", "group", "resource", "subresource", "namespace", "name")
    verb, group, resource, subresource, namespace, name = (attributes.get(k, "") for k in keys)
    return access.authorizer().authorize(user, verb, group, resource, subresource, namespace, name)


def _asked(request: Request) -> dict[str, Any]:
    inner = request._request  # noqa: SLF001 - DRF has no other name for it
    if bodies.content_type_of(inner) == protobuf.MEDIA_TYPE:
        return protobuf.self_subject_access_review(bodies.raw(inner))
    value = bodies.read(inner).value
    spec = value.get("spec") if isinstance(value, dict) else None
    if not isinstance(spec, dict):
        raise BadRequest("a SelfSubjectAccessReview needs a spec")
    return spec
