"""The URL space of the API."""

from typing import Any

from django.urls import URLPattern, re_path

from slipway.apimachinery import resources, reviews, serverinfo
from slipway.apimachinery.pool import pooled

_ROOTS = (r"^api/(?P<version>v1)", r"^apis/(?P<group>[^/]+\.[^/]+)/(?P<version>v[^/]+)")
_PLURAL = r"/(?P<plural>[a-z0-9-]+)"
_NAMESPACE = r"/namespaces/(?P<namespace>[^/]+)"
_NAME = r"/(?P<name>[^/]+)"
_SUBRESOURCE = r"/(?P<subresource>[a-z0-9]+)"


def _serve(pattern: str, view: type[Any], **kwargs: Any) -> URLPattern:
    return re_path(pattern, pooled(view.as_view()), kwargs)


def _resources(root: str) -> list[URLPattern]:
    """The longest first: `namespaces/red` is an object, `namespaces/red/events` a collection."""
    return [
        _serve(f"{root}{_NAMESPACE}{_PLURAL}{_NAME}{_SUBRESOURCE}$", resources.SubresourceView),
        _serve(f"{root}{_NAMESPACE}{_PLURAL}{_NAME}$", resources.ObjectView),
        _serve(f"{root}{_NAMESPACE}{_PLURAL}$", resources.CollectionView),
        _serve(f"{root}{_PLURAL}{_NAME}{_SUBRESOURCE}$", resources.SubresourceView),
        _serve(f"{root}{_PLURAL}{_NAME}$", resources.ObjectView),
        _serve(f"{root}{_PLURAL}$", resources.CollectionView),
    ]


urlpatterns = [
    _serve(r"^version/?$", serverinfo.VersionView),
    _serve(r"^(?P<check>healthz|livez|readyz)$", serverinfo.HealthView),
    _serve(r"^api/?$", serverinfo.DiscoveryView, core=True),
    _serve(r"^apis/?$", serverinfo.DiscoveryView),
    _serve(r"^api/(?P<version>v1)/?$", serverinfo.DiscoveryView),
    _serve(r"^apis/(?P<group>[^/]+)/?$", serverinfo.DiscoveryView),
    _serve(r"^apis/(?P<group>[^/]+)/(?P<version>[^/]+)/?$", serverinfo.DiscoveryView),
    _serve(r"^openapi/v2$", serverinfo.OpenApiV2View),
    _serve(r"^openapi/v3/?$", serverinfo.OpenApiView),
    _serve(r"^openapi/v3/api/(?P<version>v1)$", serverinfo.OpenApiView),
    _serve(r"^openapi/v3/apis/(?P<group>[^/]+)/(?P<version>[^/]+)$", serverinfo.OpenApiView),
    _serve(r"^apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews$", reviews.SelfSubjectAccessReviewView),
    *(pattern for root in _ROOTS for pattern in _resources(root)),
    _serve(r"^", serverinfo.NothingView),
]
