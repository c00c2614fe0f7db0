"""The gate in front of every view: the Authorizer that settings name."""

from functools import cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from slipway.apimachinery.errors import Forbidden
from slipway.apimachinery.kinds import Kind, registry


class Authorizer(Protocol):
    """What SLIPWAY_AUTHORIZER has to be."""

    def authorize(
        self, user: Any, verb: str, group: str, resource: str, subresource: str, namespace: str, name: str
    ) -> bool:
        """Whether the user may; an empty namespace means the cluster scope or all namespaces."""

    def visible_namespaces(self, user: Any) -> set[str] | None:
        """What lists across namespaces show; None means everything."""


@cache
def authorizer() -> Authorizer:
    """The gate of this installation."""
    return cast("Authorizer", import_string(settings.SLIPWAY_AUTHORIZER))


def username(user: Any) -> str:
    """The name that messages and records use."""
    return str(getattr(user, "username", None) or getattr(user, "name", user))


def require(
    user: Any, verb: str, group: str, resource: str, subresource: str, namespace: str, name: str
) -> None:
    """Forbidden, in the words every Kubernetes client knows, unless the gate opens."""
    if authorizer().authorize(user, verb, group, resource, subresource, namespace, name):
        return
    full = f"{resource}/{subresource}" if subresource else resource
    shown = f"{resource}.{group}" if group else resource
    named = f' "{name}"' if name else ""
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    raise Forbidden(
        f'{shown}{named} is forbidden: User "{username(user)}" cannot {verb} resource "{full}" '
        f'in API group "{group}" {where}',
        details={"name": name, "group": group, "kind": resource},
    )


def visible(user: Any, kind: Kind, namespace: str | None) -> set[str] | None:
    """What a list of that kind is cut down to; None leaves it whole."""
    makes_namespaces = bool(kind.source) or any(k.source == kind.plural for k in registry.kinds())
    if namespace is None and (kind.namespaced or makes_namespaces):
        return authorizer().visible_namespaces(user)
    return None
