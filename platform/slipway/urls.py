"""The whole URL space: the Kubernetes-style API, and beside it the web page and its session."""

from django.urls import include, path, re_path

from slipway.apimachinery.pool import pooled
from slipway.page import FileView, page_or_nothing
from tenants import issuer_session
from tenants.session import SessionView

_API = r"(?:api|apis|openapi|version|healthz|livez|readyz)(?:/|$)"

urlpatterns = [
    path("session", pooled(SessionView.as_view())),
    path("session/issuer", pooled(issuer_session.begin)),
    path("session/issuer/callback", pooled(issuer_session.callback)),
    path("assets/<path:name>", pooled(FileView.as_view())),
    re_path(rf"^(?!{_API})", pooled(page_or_nothing)),
    path("", include("slipway.apimachinery.urls")),
]
