"""The base of all views: authentication, negotiation, and every failure as a v1 Status."""

import json
import logging
import secrets
from typing import Any, ClassVar

import yaml
from rest_framework import exceptions
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from slipway.apimachinery import errors
from slipway.apimachinery.errors import ApiError
from slipway.apimachinery.negotiation import Accepted, Negotiation
from slipway.kernel.errors import Actor, SlipwayError

_log = logging.getLogger(__name__)


class JsonRenderer(BaseRenderer):
    """Compact JSON."""

    media_type, format = "application/json", "json"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """The bytes of the document."""
        return json.dumps(data, separators=(",", ":")).encode()


class YamlRenderer(BaseRenderer):
    """YAML, for people with curl."""

    media_type, format = "application/yaml", "yaml"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """The bytes of the document."""
        return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False).encode()


class InternalError(ApiError):
    """Our fault: the log has the traceback, the client gets the number to ask about."""


class ApiView(APIView):
    """A view of the API. `shapes` are what it can answer with besides the plain object."""

    renderer_classes = (JsonRenderer, YamlRenderer)
    content_negotiation_class = Negotiation
    permission_classes = ()
    schema = None
    http_method_names = ("get", "post", "put", "patch", "delete", "head")
    anonymous: ClassVar[bool] = False
    shapes: ClassVar[tuple[tuple[str, str], ...]] = ()

    def perform_authentication(self, request: Request) -> None:
        """Everything but health and version needs a known user."""
        if not self.anonymous and request.user is None:
            raise errors.Unauthorized("Unauthorized")

    def handle_exception(self, exc: Exception) -> Response:
        """Every failure as a Status, never as a page or a traceback."""
        error = _as_api_error(exc)
        response = Response(error.status(), status=error.http)
        response.exception = True
        if error.http == 401:
            response["WWW-Authenticate"] = self.get_authenticate_header(self.request) or "Bearer"
        if retry := error.details.get("retryAfterSeconds"):
            response["Retry-After"] = str(retry)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """A failure before negotiation (or of it) is told in JSON."""
        if isinstance(response, Response) and not getattr(request, "accepted_renderer", None):
            request.accepted_renderer = JsonRenderer()
            request.accepted_media_type = JsonRenderer.media_type
        if isinstance(response, Response):
            response.content_type = request.accepted_media_type  # with its parameters: clients look at them
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished["Cache-Control"] = "no-cache, private"
        return finished


def accepted(request: Request) -> Accepted:
    """What the client asked for."""
    found: Accepted = request.accepted  # type: ignore[attr-defined] # put there by Negotiation
    return found


def _as_api_error(exc: Exception) -> ApiError:
    if isinstance(exc, ApiError):
        return exc
    if isinstance(exc, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
        return errors.Unauthorized("Unauthorized")
    if isinstance(exc, exceptions.MethodNotAllowed):
        return errors.MethodNotAllowed("the server does not allow this method on the requested resource")
    if isinstance(exc, SlipwayError):
        return _refused(exc)
    number = secrets.token_hex(4)
    _log.error("request failed, id %s", number, exc_info=exc)
    return InternalError(
        f"an error on the server; its log says more under id {number}", details={"uid": number}
    )


def _refused(error: SlipwayError) -> ApiError:
    """An error of our own code below the API: its code and field are kept."""
    cause = {"reason": error.code, "message": error.message, "field": error.field}
    kind = errors.ServiceUnavailable if error.actor is Actor.NOBODY else errors.Forbidden
    return kind(str(error), details={"causes": [cause]})
