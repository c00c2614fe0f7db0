"""The only gate: who may do what where. Views ask it before they look anything up.

So a refusal says nothing about what exists: another tenant's namespace and one that was never made get the
same answer.
"""

from typing import Protocol

from slipway.apimachinery.kinds import registry
from tenants.users import RANK


class Asker(Protocol):
    """What the gate needs to know of a user."""

    @property
    def platform_admin(self) -> bool: ...
    @property
    def roles(self) -> dict[str, str]: ...


READ = frozenset({"get", "list", "watch"})
WRITE = frozenset({"create", "update", "patch", "delete", "deletecollection"})

OPEN_TO_ALL = frozenset({"releases", "providers", "drivers"})
"""Cluster-scoped kinds that every tenant has to name in a spec; a provider's secrets are never shown."""

OWN_ONLY = frozenset({"tenants", "namespaces"})
"""Cluster-scoped kinds of which a user sees those it is a member of."""

ASKING_ABOUT_ONESELF = frozenset(
    {"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"}
)

OPERATED = frozenset({"clusters", "nodepools", "networks", "storagepools", "floatingips", "backups"})
ADMINISTERED = frozenset({"memberships"})

SUBRESOURCES: dict[tuple[str, str], dict[str, str]] = {
    ("clusters", "kubeconfig"): {"create": "viewer"},  # it carries the asker's own role into the cluster
    ("clusters", "ledger"): {"get": "viewer"},
    ("clusters", "usage"): {"get": "viewer"},
    ("clusters", "plan"): {"get": "viewer", "create": "operator"},
    ("providers", "orphans"): {},  # platform admins alone: they are of every tenant
    ("machines", "console"): {"get": "viewer"},
    ("nodepools", "scale"): {"get": "viewer", "update": "operator", "patch": "operator"},
    ("runs", "log"): {"get": "viewer"},
}
"""Least role for each verb of a subresource; one that is not named here can be read, if it is `status`."""


class RoleAuthorizer:
    """Platform admins may do all; everybody else what a Membership says."""

    def authorize(
        self,
        user: Asker,
        verb: str,
        group: str,  # noqa: ARG002 - no plural is in two groups
        resource: str,
        subresource: str = "",
        namespace: str = "",
        name: str = "",
    ) -> bool:
        """Whether the user may; an empty namespace means the cluster scope or all namespaces."""
        if user.platform_admin:
            return True
        if resource in ASKING_ABOUT_ONESELF:
            return verb == "create"
        if resource in OWN_ONLY:  # clients ask for a namespace as if it were inside itself
            return _may_without_namespace(user, verb, resource, subresource, name or namespace)
        if not namespace:
            return _may_without_namespace(user, verb, resource, subresource, name)
        needed = _least_role(verb, resource, subresource)
        return needed is not None and RANK.get(user.roles.get(namespace, ""), 0) >= RANK[needed]

    def visible_namespaces(self, user: Asker) -> set[str] | None:
        """The namespaces that a list across all of them may show; None means every one."""
        return None if user.platform_admin else set(user.roles)


def _may_without_namespace(user: Asker, verb: str, resource: str, subresource: str, name: str) -> bool:
    if resource == "tenants" and subresource == "token":
        return verb == "create" and user.roles.get(name) == "admin"
    if verb not in READ or subresource not in ("", "status"):
        return False
    if resource in OPEN_TO_ALL:
        return True
    if resource in OWN_ONLY:
        return name in user.roles if name else True  # a list is filtered by visible_namespaces
    kind = registry.kind(resource)
    return kind is not None and kind.namespaced  # the same: a list across all namespaces


def _least_role(verb: str, resource: str, subresource: str) -> str | None:
    if subresource and subresource != "status":
        return SUBRESOURCES.get((resource, subresource), {}).get(verb)
    if verb in READ:
        return "viewer"
    if subresource or verb not in WRITE:
        return None
    if resource in OPERATED or (resource == "machines" and verb in ("delete", "deletecollection")):
        return "operator"
    return "admin" if resource in ADMINISTERED else None


authorizer = RoleAuthorizer()
