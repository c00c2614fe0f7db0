"""Who is asking: a bearer token, or a browser's session cookie, becomes a user; else the answer is 401."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from slipway.apimachinery.errors import Forbidden
from slipway.kernel.errors import SlipwayError
from slipway.settings.environment import ENVIRONMENT
from tenants.actions import cache_key, digest_of
from tenants.models import Token
from tenants.users import User

SESSION_COOKIE = "__Host-slipway"  # browsers take it only over TLS, from this very host, for all of it
log = logging.getLogger(__name__)
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")

CACHE_SECONDS = 5
"""How long another process may go on accepting a revoked token; saves a query on nearly every request."""

LAST_USED_EVERY = timedelta(minutes=5)
"""`last_used` is for finding forgotten tokens: finer than this it would only be a write on every request."""


class _Known(NamedTuple):
    user: tuple[str, bool, str, tuple[str, ...]]
    expires: datetime


class TokenOrSession(BaseAuthentication):
    """`Authorization: Bearer` with a token of ours or the issuer's, or the cookie that a browser got for one."""

    def authenticate(self, request: Request) -> tuple[User, None]:
        """The user that the token stands for. What is wrong with a token is not told."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme and (cookie := request.COOKIES.get(SESSION_COOKIE)):
            if request.method not in _SAFE:
                require_same_site(request._request)  # noqa: SLF001 - DRF has no other name for it
            scheme, token = "bearer", cookie
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticated("Unauthorized: send a token as 'Authorization: Bearer ...'")
        if ENVIRONMENT.issuer.url and token.count(".") == 2:  # a JSON Web Token
            return _by_id_token(token.strip()), None
        known = _look_up(digest_of(token.strip()))
        if known is None or known.expires <= timezone.now():
            raise AuthenticationFailed("Unauthorized: the token is unknown, revoked or expired")
        return User(*known.user), None

    def authenticate_header(self, _request: Request) -> str:
        """Makes Django REST Framework answer 401 rather than 403."""
        return 'Bearer realm="slipway"'


def _by_id_token(token: str) -> User:
    """An ID token of the issuer, as kubectl sends it. Its groups count now, whatever an account has."""
    from tenants.issuer import issuer  # Authlib costs memory that few installations need

    try:
        person = issuer().person_of_token(token)
    except SlipwayError as error:
        log.info("an ID token is not accepted: %s", error.message)
        raise AuthenticationFailed("Unauthorized: the issuer's token is not accepted") from None
    return User(person.name, person.platform_admin, claimed=person.groups)


def require_same_site(request: HttpRequest) -> None:
    """Refuse what another site made a browser send: Django's own check of token and origin."""
    if reason := read_csrf_cookie(request).process_view(request, _nothing, (), {}):
        raise Forbidden(f"{reason} Send the csrfToken of /session as the header X-CSRFToken.")


def read_csrf_cookie(request: HttpRequest) -> CSRFCheck:
    """The check, knowing the token that the browser has."""
    check = CSRFCheck(_nothing)
    check.process_request(request)
    return check


def _nothing(_: HttpRequest) -> HttpResponse:
    """The view that Django's middleware wants; it is not called."""
    return HttpResponse()


def valid_for(token: str) -> timedelta:
    """How long a token is still accepted; zero for one that is not."""
    known = _look_up(digest_of(token))
    return max(timedelta(0), known.expires - timezone.now()) if known else timedelta(0)


def _look_up(digest: str) -> _Known | None:
    key = cache_key(digest)
    known: _Known | None = cache.get(key)
    if known is None:
        token = Token.objects.select_related("account").filter(digest=digest).first()
        if token is None:
            return None
        account = token.account
        user = (account.name, account.platform_admin, account.tenant, tuple(account.groups))
        known = _Known(user, token.expires)
        cache.set(key, known, CACHE_SECONDS)
        _note_use(token)
    return known


def _note_use(token: Token) -> None:
    now = timezone.now()
    if token.last_used is None or token.last_used < now - LAST_USED_EVERY:
        stale = Q(last_used=None) | Q(last_used__lt=now - LAST_USED_EVERY)
        Token.objects.filter(stale, pk=token.pk).update(last_used=now)
