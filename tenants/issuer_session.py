"""`/session/issuer` and `/session/issuer/callback`: a browser signs in at the issuer, and comes back with a code."""

import hmac
import json
import logging
import secrets
import time
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from slipway.base.crypto import decrypt, encrypt
from slipway.kernel.errors import SlipwayError
from slipway.settings.environment import ENVIRONMENT
from tenants import actions
from tenants.session import give_session

ATTEMPT_COOKIE: Final = "__Host-slipway-sign-in"
ATTEMPT_LIFE: Final = timedelta(minutes=10)
CALLBACK: Final = "/session/issuer/callback"
log = logging.getLogger(__name__)


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the issuer. What is needed when it is back goes along in a cookie only we can read."""
    if not ENVIRONMENT.issuer.url:
        return _failed("off", "no issuer is configured")
    attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    from tenants.issuer import issuer  # Authlib costs memory that few installations need

    try:
        url = issuer().way_there(_back(request), **attempt)
    except SlipwayError as error:
        return _failed("unreachable", error.message)
    attempt |= {
        "to": _own_page(request.GET.get("to", "")),
        "until": str(time.time() + ATTEMPT_LIFE.total_seconds()),
    }
    response = HttpResponseRedirect(url)
    # Lax: the browser comes back from another site, by a link
    response.set_cookie(
        ATTEMPT_COOKIE,
        encrypt(json.dumps(attempt)).decode(),
        max_age=ATTEMPT_LIFE,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return _not_kept(response)


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The browser is back. Only the one that was sent gets a session, and only once."""
    attempt = _attempt(request)
    if not attempt or not hmac.compare_digest(attempt["state"], request.GET.get("state", "")):
        return _failed("expired", "no such attempt, or it took too long")
    if code := request.GET.get("code", ""):
        from tenants.issuer import AWAY, issuer

        try:
            person = issuer().person_of_code(
                code, _back(request), nonce=attempt["nonce"], verifier=attempt["verifier"]
            )
        except SlipwayError as error:
            return _failed("unreachable" if error.code == AWAY else "refused", error.message)
        account = actions.account_of_person(person.name, person.groups, platform_admin=person.platform_admin)
        response = HttpResponseRedirect(attempt["to"])
        give_session(response, account)
        return _not_kept(response)
    return _failed("denied", "the issuer sent no code")


def _attempt(request: HttpRequest) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(decrypt(request.COOKIES.get(ATTEMPT_COOKIE, "").encode()))
    except SlipwayError:
        return {}
    return found if float(found["until"]) > time.time() else {}


def _back(request: HttpRequest) -> str:
    return f"https://{request.get_host()}{CALLBACK}"


def _own_page(wanted: str) -> str:
    """A page of ours: nobody can make a sign-in end on another site."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside else "/"


def _failed(reason: str, text: str) -> HttpResponse:
    """The page says in its own words what `reason` means; the log has the rest."""
    log.warning("sign-in by the issuer: %s: %s", reason, text)
    return _not_kept(HttpResponseRedirect(f"/?{urlencode({'signIn': reason})}"))


def _not_kept(response: HttpResponse) -> HttpResponse:
    if response.headers["Location"].startswith("/"):
        response.delete_cookie(ATTEMPT_COOKIE, samesite="Lax")
        response.cookies[ATTEMPT_COOKIE]["secure"] = True  # else a browser does not take the __Host- name
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
