"""The user of a request: what a view, the gate and an audit line may know of an account."""

from dataclasses import dataclass
from functools import cached_property

from tenants.models import Grant

AUTHENTICATED = "slipway:authenticated"
PLATFORM_ADMINS = "slipway:platform-admins"
TENANT_PREFIX = "slipway:tenant:"
FROM_ISSUER = "oidc/"
"""Before every name that an issuer gives: no tenant's account and no group of ours has a slash in its name."""

RANK = {"viewer": 1, "operator": 2, "admin": 3}
"""The roles of a Membership. Each may all that the ones below it may."""


@dataclass(frozen=True)
class User:
    """An authenticated account. Made anew for each request, and so is what it may do."""

    name: str
    platform_admin: bool = False
    tenant: str = ""
    claimed: tuple[str, ...] = ()  # groups that the issuer says
    is_authenticated: bool = True

    @property
    def username(self) -> str:
        """The name, as Django's own users have it."""
        return self.name

    @property
    def groups(self) -> list[str]:
        """The groups that a Membership can name as its subject."""
        return [
            AUTHENTICATED,
            *([PLATFORM_ADMINS] if self.platform_admin else []),
            *([TENANT_PREFIX + self.tenant] if self.tenant else []),
            *self.claimed,
        ]

    @cached_property
    def roles(self) -> dict[str, str]:
        """Namespace → the highest role there. One indexed query for each request that needs it."""
        subjects = [f"User:{self.name}", *(f"Group:{group}" for group in self.groups)]
        found: dict[str, str] = {}
        for namespace, role in Grant.objects.filter(subject__in=subjects).values_list("namespace", "role"):
            if RANK[role] > RANK.get(found.get(namespace, ""), 0):
                found[namespace] = role
        return found
