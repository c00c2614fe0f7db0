"""The issuer of tests, with what the mock leaves out: it checks PKCE (RFC 7636) and admits clients without a secret."""

from typing import Any

from authlib.oauth2.rfc7636 import CodeChallenge
from oidc_provider_mock import __main__ as mock
from oidc_provider_mock import _app

_challenges: dict[str, str] = {}  # by code


class _Challenge(CodeChallenge):
    def get_authorization_code_challenge(self, authorization_code: Any) -> str | None:
        return _challenges.get(authorization_code.code)

    def get_authorization_code_challenge_method(self, _authorization_code: Any) -> str:
        return "S256"


class _Grant(_app.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _Challenge()(self)

    def save_authorization_code(self, code: str, request: Any) -> None:
        super().save_authorization_code(code, request)
        if challenge := request.payload.data.get("code_challenge"):
            _challenges[code] = challenge


if __name__ == "__main__":
    _app.AuthorizationCodeGrant = _Grant
    mock.run()
