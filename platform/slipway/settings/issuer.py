"""The issuer of OpenID Connect whose word is taken, as the environment names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """Who may say who somebody is. `url` empty: nobody may."""

    url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)  # none: a public client, which PKCE guards
    label: str = ""  # on the page's button
    username_claim: str = "email"
    groups_claim: str = "groups"
    admin_group: str = ""  # its members administer the platform
    ca: str = ""  # file with the authority of its certificate, where that is not a public one


def read_issuer(env: Mapping[str, str]) -> IssuerSettings:
    """From SLIPWAY_OIDC_*; what makes no sense ends the process with the variable and the way out."""
    url = env.get("SLIPWAY_OIDC_ISSUER", "").rstrip("/")
    if not url:
        return IssuerSettings()
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _on_this_machine(parts.hostname or "")):
        raise SystemExit(f"SLIPWAY_OIDC_ISSUER: {url} is not an https:// address")
    client = env.get("SLIPWAY_OIDC_CLIENT_ID", "")
    if not client:
        raise SystemExit("SLIPWAY_OIDC_CLIENT_ID: name the client that the issuer knows Slipway as")
    return IssuerSettings(
        url=url,
        client_id=client,
        client_secret=env.get("SLIPWAY_OIDC_CLIENT_SECRET", ""),
        label=env.get("SLIPWAY_OIDC_LABEL") or parts.netloc,
        username_claim=env.get("SLIPWAY_OIDC_USERNAME_CLAIM") or "email",
        groups_claim=env.get("SLIPWAY_OIDC_GROUPS_CLAIM") or "groups",
        admin_group=env.get("SLIPWAY_OIDC_ADMIN_GROUP", ""),
        ca=env.get("SLIPWAY_OIDC_CA", ""),
    )


def _on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
