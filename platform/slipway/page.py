"""The built web page at `/`: its files for ever, its document never from a cache, both under a strict policy."""

import secrets
from mimetypes import guess_type
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views import View

from slipway.apimachinery.serverinfo import NothingView

NONCE = "SLIPWAY_NONCE"  # frontend/vite.config.ts writes it where a nonce belongs
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = "The web page is not built here: run `make frontend`, then load this again.\n"


class FileView(View):
    """`/assets/NAME`: names carry a hash of the content, so a browser asks once."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """The file, compressed for a browser that takes it so."""
        folder = settings.SLIPWAY_FRONTEND / "assets"
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return HttpResponse("there is no such file\n", status=404, content_type="text/plain")
        packed = path.with_name(path.name + ".gz")
        smaller = "gzip" in request.headers.get("Accept-Encoding", "") and packed.is_file()
        response = HttpResponse((packed if smaller else path).read_bytes(), content_type=_type_of(path))
        if smaller:
            response["Content-Encoding"] = "gzip"
        response["Vary"] = "Accept-Encoding"
        response["Cache-Control"] = _FOR_EVER
        response["X-Content-Type-Options"] = "nosniff"
        return response


class PageView(View):
    """Every address that a browser opens: which page it is, the script decides."""

    http_method_names = ("get", "head")

    def get(self, _request: HttpRequest) -> HttpResponse:
        """The document, with a nonce of its own for the styles of the YAML editor."""
        document = settings.SLIPWAY_FRONTEND / "index.html"
        if not document.is_file():
            return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain")
        nonce = secrets.token_urlsafe(16)
        response = HttpResponse(document.read_text().replace(NONCE, nonce))
        response["Content-Security-Policy"] = policy(nonce)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        return response


def page_or_nothing(request: HttpRequest) -> HttpResponseBase:
    """Browsers get the page for what is no address of the API; other clients hear that there is nothing."""
    if "text/html" in request.headers.get("Accept", ""):
        return PageView.as_view()(request)
    return NothingView.as_view()(request)


def policy(nonce: str) -> str:
    """Everything from this server; no frames, no inline script, no other form target."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _type_of(path: Path) -> str:
    known = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
    kind = known.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
