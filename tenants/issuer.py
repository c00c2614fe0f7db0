"""OpenID Connect: what the configured issuer says of somebody, believed after its signature was checked."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from slipway.kernel.errors import SlipwayError
from slipway.settings.environment import ENVIRONMENT
from slipway.settings.issuer import IssuerSettings
from tenants.users import FROM_ISSUER

REFUSED: Final = "SignInRefused"
AWAY: Final = "IssuerUnreachable"
_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
_SCOPES: Final = "openid email profile groups"
_PATIENCE: Final = 10.0  # seconds for one answer of the issuer
_METADATA_LIFE: Final = 3600.0
_KEYS_EVERY: Final = 30.0  # seconds: a stranger's token with a key of its own must not make us ask each time
_LEEWAY: Final = 60  # seconds that clocks may differ
_LONGEST_NAME: Final = 240


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as our names for users and groups go."""

    name: str
    groups: tuple[str, ...]
    platform_admin: bool


class Issuer:
    """Its addresses and keys are asked for when they are needed, and kept for a while."""

    def __init__(self, settings: IssuerSettings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._metadata: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def way_there(self, back: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to sign in; it comes `back` with a code."""
        known = self.metadata()
        supported = set(known.get("scopes_supported") or _SCOPES.split())
        scope = " ".join(s for s in _SCOPES.split() if s in supported or s == "openid")
        with self._client(back, scope) as client:
            url, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def person_of_code(self, code: str, back: str, *, nonce: str, verifier: str) -> Person:
        """Who came back with that code."""
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    self.metadata()["token_endpoint"],
                    authorization_response=f"{back}?{urlencode({'code': code})}",
                    code_verifier=verifier,
                    timeout=_PATIENCE,
                )
        except requests.RequestException as error:
            raise _away(error) from None
        except AuthlibBaseError as error:  # its word, not its description: that may quote the code
            raise SlipwayError(REFUSED, f"the issuer does not accept the code: {error.error}") from None
        return self.person_of_token(str(token.get("id_token", "")), nonce=nonce)

    def person_of_token(self, id_token: str, nonce: str = "") -> Person:
        """Who an ID token is of. SignInRefused says what is wrong with it, and quotes nothing of it."""
        try:
            token = self._decoded(id_token)
            wanted = {
                "iss": {"values": [self.metadata()["issuer"]]},
                "aud": {"values": [self.settings.client_id]},
            }
            claims = CodeIDToken(
                token.claims, token.header, wanted, {"nonce": nonce, "client_id": self.settings.client_id}
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            raise SlipwayError(REFUSED, f"the ID token is not accepted: {type(error).__name__}") from None
        return self._person(token.claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(id_token, key=self._key_set(), registry=registry)
        except (JoseError, ValueError):  # a new key, perhaps
            return jwt.decode(id_token, key=self._key_set(older_than=_KEYS_EVERY), registry=registry)

    def _person(self, claims: Mapping[str, Any]) -> Person:
        own = self.settings
        name = claims.get(own.username_claim)
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise SlipwayError(
                REFUSED, f"the ID token has no claim {own.username_claim} that could be a name"
            )
        if own.username_claim == "email" and claims.get("email_verified", True) is not True:
            raise SlipwayError(REFUSED, f"the issuer has not verified the address {name}")
        said = claims.get(own.groups_claim) or []
        groups = tuple(g for g in said if isinstance(g, str)) if isinstance(said, list) else ()
        admin = bool(own.admin_group) and own.admin_group in groups
        return Person(f"{FROM_ISSUER}{name}", tuple(f"{FROM_ISSUER}{g}" for g in groups), admin)

    def metadata(self) -> dict[str, Any]:
        """What it says of itself; IssuerUnreachable when it does not."""
        with self._lock:
            asked, known = self._metadata
            if not known or time.monotonic() - asked > _METADATA_LIFE:
                known = self._get(f"{self.settings.url}/.well-known/openid-configuration")
                if str(known.get("issuer", "")).rstrip("/") != self.settings.url:
                    raise SlipwayError(AWAY, f"{self.settings.url} says that it is another issuer")
                self._metadata = (time.monotonic(), known)
            return known

    def _key_set(self, older_than: float = _METADATA_LIFE) -> KeySet:
        address = self.metadata()["jwks_uri"]
        with self._lock:
            asked, keys = self._keys
            if keys is None or time.monotonic() - asked > older_than:
                keys = KeySet.import_key_set(self._get(address))  # type: ignore[arg-type] # the JSON of a key set
                self._keys = (time.monotonic(), keys)
            return keys

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=_PATIENCE, verify=self.settings.ca or True)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from None
        return found

    def _client(self, back: str, scope: str = "") -> OAuth2Session:
        own = self.settings
        client = OAuth2Session(
            own.client_id,
            own.client_secret or None,
            token_endpoint_auth_method=None if own.client_secret else "none",
            scope=scope or None,
            redirect_uri=back,
            code_challenge_method="S256",
        )
        client.verify = own.ca or True
        return client


@lru_cache(maxsize=1)
def issuer() -> Issuer:
    """The configured one."""
    return Issuer(ENVIRONMENT.issuer)


def _away(error: Exception) -> SlipwayError:
    return SlipwayError(AWAY, f"the issuer does not answer as it should: {type(error).__name__}")
