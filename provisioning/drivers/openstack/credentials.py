"""Application credentials of clusters: Slipway's own user makes them in the tenant's project, so no person owns one.

Keystone lets nobody make one for somebody else, and shows a secret once. Restricted, as they are by default, they
can make no further ones; of roles they get those alone that cloud controller manager and Cinder's driver need.
"""

from datetime import timedelta
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags
from provisioning.drivers.credential import Credential, CredentialOffer, CredentialRequest
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack import marks
from provisioning.drivers.openstack.making import external_network
from provisioning.drivers.openstack.projects import ROLES
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import ClusterCredentials, OpenStackSettings

CLOUD: Final = "openstack"
_CREDENTIAL: Final = OutsideKind.CREDENTIAL
_LIST: Final = "application credentials"
_SHARED: Final = (
    "all tenants of this provider share one project, and whoever has a credential there reaches what is "
    "everybody's; the operator can allow it with clusterCredentials: always, or leave out project so that "
    "each tenant gets its own"
)
_SWITCHED_OFF: Final = "the operator has switched them off with clusterCredentials: never"


def offer(settings: OpenStackSettings) -> CredentialOffer:
    """What clusters get here."""
    refusal = ""
    if settings.cluster_credentials is ClusterCredentials.NEVER:
        refusal = _SWITCHED_OFF
    elif settings.cluster_credentials is ClusterCredentials.OWN_PROJECT and not settings.project_per_tenant:
        refusal = _SHARED
    return CredentialOffer(CLOUD, timedelta(days=settings.credential_days), refusal)


def make(scope: Scope, request: CredentialRequest) -> Credential:
    """A new one in the scope's project; one that has the name already is of no use to anybody."""
    delete(scope.home, request.name)
    made = scope.identity.create_application_credential(
        scope.user_id,
        name=request.name,
        description=marks.description(_CREDENTIAL, request.name, request.tags),
        roles=[{"id": role} for role in _roles(scope)],
        unrestricted=False,
    )
    scope.home.memory.forget_one(_LIST)
    return Credential(request.name, {**_client_values(scope), "id": made.id, "secret": made.secret})


def exists(home: Scope, name: str) -> bool:
    """By the list that all clusters share; one that is not in it may be newer than the list."""
    if any(one.name == name for one in _listed(home)):
        return True
    home.memory.forget_one(_LIST)
    return any(one.name == name for one in _listed(home))


def delete(home: Scope, name: str) -> None:
    home.memory.forget_one(_LIST)
    for one in _listed(home):
        if one.name == name and marks.read(one).is_(_CREDENTIAL, name):
            home.identity.delete_application_credential(home.user_id, one)
            home.memory.forget_one(_LIST)


def sweep(home: Scope, tags: Tags) -> list[OutsideObject]:
    """Those of Slipway's user, whatever project they are for."""
    home.memory.forget_one(_LIST)
    found = [(one, marks.read(one)) for one in _listed(home)]
    return [
        OutsideObject(_CREDENTIAL, mark.name, mark.tags)
        for _, mark in found
        if mark.kind == _CREDENTIAL and mark.belongs_to(tags)
    ]


def _listed(home: Scope) -> list[Any]:
    return home.memory.recall(_LIST, lambda: list(home.identity.application_credentials(home.user_id)))


def _roles(scope: Scope) -> list[str]:
    """The ids of those of `ROLES` that Slipway's user has there: nobody can pass on more."""
    mine = scope.roles
    if ROLES[0] not in mine:
        has = ", ".join(sorted(mine)) or "none"
        raise Misconfigured(
            f"Slipway's user needs the role {ROLES[0]} in project {scope.project_id} to give it to a cluster; "
            f"it has: {has}",
            field="spec.settings.username",
        )
    return [mine[name] for name in ROLES if name in mine]


def _client_values(scope: Scope) -> dict[str, str]:
    """What a client needs besides id and secret."""
    return {
        "auth_url": scope.settings.auth_url,
        "region": scope.region,
        "ca_certificate": scope.settings.ca_certificate,
        "external_network": external_network(scope),
        "load_balancers": "yes" if scope.offers("load-balancer") else "",
    }
