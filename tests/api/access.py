"""Stub of who may do what: a token is a user's name; `viewer` reads, `member` has one namespace, others do all."""

from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


@dataclass
class User:
    """A name is all the stub needs."""

    username: str
    is_authenticated: bool = True


class Token(BaseAuthentication):
    """`Authorization: Bearer NAME`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        header = get_authorization_header(request).decode()
        if not header:
            return None
        name = header.removeprefix("Bearer ")
        if name == "wrong":
            raise AuthenticationFailed
        return User(name), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Authorizer:
    """The hook of SLIPWAY_AUTHORIZER."""

    def authorize(
        self, user: User, verb: str, group: str, resource: str, subresource: str, namespace: str, name: str
    ) -> bool:
        if user.username == "viewer":
            return verb in ("get", "list", "watch")
        return user.username != "member" or namespace in ("", "red")

    def visible_namespaces(self, user: User) -> set[str] | None:
        return {"red"} if user.username == "member" else None


authorizer = Authorizer()
