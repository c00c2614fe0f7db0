"""`/session`: a browser's way in and out. Its token is exchanged for a cookie that no script can read."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import get_token
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, ValidationError
from rest_framework.authentication import CSRFCheck
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from slipway.apimachinery import bodies
from slipway.apimachinery.base import ApiView
from slipway.apimachinery.errors import BadRequest, TooManyRequests, Unauthorized
from slipway.kernel.conditions import timestamp
from slipway.settings.environment import ENVIRONMENT
from tenants import actions
from tenants.authentication import SESSION_COOKIE, read_csrf_cookie, require_same_site
from tenants.models import Account, Token
from tenants.users import User

WRONG_PASSWORDS = 10
PAUSE = timedelta(minutes=1)
"""So many wrong passwords for a name, then a pause: each costs a slow hash, and nobody is to guess for long."""


class Credentials(BaseModel):
    """Either a token, or a name with its password."""

    model_config = ConfigDict(extra="forbid")

    token: str = ""
    username: str = ""
    password: str = ""


class SessionView(ApiView):
    """Not a part of the Kubernetes-style API: who signed in here, how one does, signing in and out."""

    anonymous = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the CSRF token that the browser has: a new one would make those of its other tabs useless."""
        super().initial(request, *args, **kwargs)
        read_csrf_cookie(_plain(request))

    def get(self, request: Request) -> Response:
        """Who the browser is, and the ways to sign in."""
        return Response(_describe(request, _user_of(request)))

    def post(self, request: Request) -> Response:
        """Sign in."""
        require_same_site(request._request)  # noqa: SLF001 - DRF has no other name for it
        account, opened_with = _account_for(_credentials(request))
        user = User(account.name, account.platform_admin, account.tenant, tuple(account.groups))
        response = Response(_describe(request, user), status=201)
        give_session(response, account, opened_with)
        return response

    def delete(self, request: Request) -> Response:
        """Sign out."""
        require_same_site(request._request)  # noqa: SLF001 - the same
        actions.revoke_token(request.COOKIES.get(SESSION_COOKIE, ""))
        response = Response(_describe(request, None))
        response.delete_cookie(SESSION_COOKIE, samesite="Strict")
        response.cookies[SESSION_COOKIE]["secure"] = True  # else a browser does not take the __Host- name
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Django's CSRF cookie goes along: there is no middleware that would put it on."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        return CSRFCheck(lambda _: finished).process_response(_plain(request), finished)


def give_session(response: HttpResponseBase, account: Account, opened_with: Token | None = None) -> None:
    """Put the cookie of a new session on an answer."""
    text, record = actions.open_session(account, opened_with)
    response.set_cookie(
        SESSION_COOKIE, text, expires=record.expires, secure=True, httponly=True, samesite="Strict"
    )


def _plain(request: Request | HttpRequest) -> HttpRequest:
    return getattr(request, "_request", request)


def _user_of(request: Request) -> User | None:
    try:
        return request.user  # type: ignore[return-value] # what our own authentication makes
    except APIException:
        return None


def _describe(request: Request, user: User | None) -> dict[str, Any]:
    return {
        "kind": "Session",
        "apiVersion": "slipway.dev/v1",
        "user": user and user.name,
        "platformAdmin": bool(user and user.platform_admin),
        "roles": user.roles if user else {},
        "signIn": {
            "password": Account.objects.exclude(password="").exists(),
            "issuer": ENVIRONMENT.issuer.label or None,
        },
        "csrfToken": get_token(_plain(request)),
        "serverTime": timestamp(),
    }


def _credentials(request: Request) -> Credentials:
    try:
        return Credentials.model_validate(bodies.read(_plain(request)).value)
    except ValidationError:
        raise BadRequest("give a token, or username and password") from None


def _account_for(given: Credentials) -> tuple[Account, Token | None]:
    if given.token:
        digest = actions.digest_of(given.token.strip())
        token = Token.objects.select_related("account").filter(digest=digest).first()
        if token is None or token.expires <= timezone.now():
            raise Unauthorized(
                "the token is unknown, revoked or expired: ask your administrator for a new one"
            )
        return token.account, token
    return _account_by_password(given), None


def _account_by_password(given: Credentials) -> Account:
    key = f"wrong-passwords:{actions.digest_of(given.username)}"
    cache.add(key, 0, PAUSE.total_seconds())
    if cache.incr(key) > WRONG_PASSWORDS:
        raise TooManyRequests(
            f"too many wrong passwords for {given.username}: try again in a minute",
            details={"retryAfterSeconds": int(PAUSE.total_seconds())},
        )
    account = actions.account_with_password(given.username, given.password)
    if account is None:
        raise Unauthorized("the user name or the password is wrong")
    cache.delete(key)
    return account
