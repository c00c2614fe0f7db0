"""Storage pools: a Cinder type that the tenant may use. Nothing is made for a pool; its volumes come later."""

from typing import Any

from provisioning.drivers.contract import StorageRequest, StorageView
from provisioning.drivers.errors import Invalid, Misconfigured, QuotaExceeded
from provisioning.drivers.openstack.scope import Scope
from slipway.kernel import quantity

_GIB = 2**30


def ensure(scope: Scope, request: StorageRequest) -> StorageView:
    """The type, if it is there and the project's quota has the capacity."""
    if not scope.offers("block-storage"):
        raise Misconfigured("the cloud has no Cinder, which storage pools come from", field="spec.type")
    chosen = _type(scope, request.type or scope.settings.volume_type)
    if request.capacity:
        _require_room(scope, request.capacity)
    return StorageView(request.name, chosen.id)


def _type(scope: Scope, wanted: str) -> Any:
    if not wanted:
        return scope.memory.recall("default volume type", lambda: scope.volumes.get_type("default"))
    offered = scope.memory.recall("volume types", lambda: list(scope.volumes.types()))
    for one in offered:
        if wanted in (one.name, one.id):
            return one
    names = ", ".join(sorted(one.name for one in offered)) or "none"
    raise Invalid(f"there is no volume type {wanted}; the cloud has: {names}", field="spec.type")


def _require_room(scope: Scope, capacity: int) -> None:
    limits = scope.volumes.get_limits().absolute
    limit, used = int(limits.max_total_volume_gigabytes), int(limits.total_gigabytes_used)
    if 0 <= limit < used + capacity / _GIB:
        free = quantity.human(max(limit - used, 0) * _GIB)
        raise QuotaExceeded(
            f"{quantity.human(capacity)} are asked for, the project's quota has {free} free",
            field="spec.capacity",
        )
