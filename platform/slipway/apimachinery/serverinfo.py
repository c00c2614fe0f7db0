"""The endpoints about the server: version, health, discovery and OpenAPI."""

import platform
from importlib.metadata import version
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views import View
from rest_framework.request import Request
from rest_framework.response import Response

from slipway.apimachinery import changes, discovery, health, openapi
from slipway.apimachinery.base import ApiView, accepted
from slipway.apimachinery.errors import NoSuchPath

# The Kubernetes release whose API conventions are spoken; clients compare it with their own.
_SPOKEN = ("1", "32")


class VersionView(ApiView):
    """`/version`: kubectl wants it before it knows who asks."""

    anonymous = True

    def get(self, _request: Request) -> Response:
        """Our release, told as Kubernetes tells it."""
        major, minor = _SPOKEN
        return Response(
            {
                "major": major,
                "minor": minor,
                "gitVersion": f"v{major}.{minor}.0+slipway-{version('slipway')}",
                "gitCommit": "",
                "gitTreeState": "clean",
                "buildDate": "1970-01-01T00:00:00Z",
                "goVersion": "",
                "compiler": "python",
                "platform": f"{platform.system().lower()}/{platform.machine()}",
            }
        )


class HealthView(ApiView):
    """`/livez` and `/healthz`: the process answers. `/readyz`: its database answers too; `verbose` tells users more."""

    anonymous = True

    def get(self, request: Request, check: str) -> HttpResponseBase:
        """`ok`, or what is missing."""
        if check == "readyz":
            try:
                changes.position()
            except DatabaseError:
                return HttpResponse("[-]database failed\n", status=500, content_type="text/plain")
            if "verbose" in request.query_params and request.user is not None:
                lines = ["[+]database answers", *health.report(), "readyz check passed", ""]
                return HttpResponse("\n".join(lines), content_type="text/plain")
        return HttpResponse("ok", content_type="text/plain")


class DiscoveryView(ApiView):
    """`/api`, `/apis` and below."""

    shapes = discovery.AGGREGATED

    def get(self, request: Request, group: str = "", version: str = "", *, core: bool = False) -> Response:
        """The whole, a group, or a version."""
        choice = accepted(request)
        if version:
            self._known(group, version)
            return Response(discovery.resources(group, version))
        if group:
            self._known(group, "")
            return Response(discovery.group(group))
        if choice.shape:
            return Response(discovery.aggregated(choice.version, core=core))
        return Response(discovery.core_versions(request.get_host()) if core else discovery.groups())

    @staticmethod
    def _known(group: str, version: str) -> None:
        versions = discovery.versions_of(group)
        if not versions or (version and version not in versions):
            raise NoSuchPath("the server could not find the requested resource")


class OpenApiView(ApiView):
    """`/openapi/v3` and its documents."""

    def get(self, _request: Request, group: str = "", version: str = "") -> Response:
        """The index, or one document."""
        if not version:
            return Response(openapi.index())
        if version not in discovery.versions_of(group):
            raise NoSuchPath("the server could not find the requested resource")
        return Response(openapi.document(group, version))


class OpenApiV2View(View):
    """`/openapi/v2` describes nothing: kubectl reads it before it sends a v1 List, and leaves what is not in it to us.

    An empty protobuf message is an empty document. Everything else reads `/openapi/v3`.
    """

    def get(self, _request: HttpRequest) -> HttpResponse:
        """No bytes."""
        return HttpResponse(b"", content_type="application/com.github.proto-openapi.spec.v2.v1.0+protobuf")


class NothingView(ApiView):
    """Every other path."""

    anonymous = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404, whatever the method."""
        self.http_method_not_allowed = self._nothing  # type: ignore[method-assign] # every method ends there
        return super().dispatch(request, *args, **kwargs)

    def _nothing(self, *_: Any, **__: Any) -> Response:
        raise NoSuchPath("the server could not find the requested resource")
