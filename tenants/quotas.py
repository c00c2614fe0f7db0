"""Quotas: what is used and asked for against the limit, and the lock that keeps the answer true."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import store
from slipway.kernel import quantity

Amounts = Mapping[str, str | int | float | Decimal]
"""Resource → amount, in the words of a Tenant's quota: clusters, nodes, cpu, memory, storage, floatingIPs."""

NOUNS = {
    "clusters": "clusters",
    "nodes": "nodes",
    "cpu": "cores",
    "memory": "memory",
    "storage": "storage",
    "floatingIPs": "floating IPs",
}
_BYTES = frozenset({"memory", "storage"})


def shortages(limit: Mapping[str, str | int | None], used: Amounts, asked: Amounts) -> list[str]:
    """What is missing, as in `cores short by 12`, in the order of NOUNS; nothing when all of it fits.

    Only what is asked for counts: a tenant whose quota was lowered can still change what asks for no more.
    """
    found = []
    for resource, noun in NOUNS.items():
        wanted, allowed = _number(asked.get(resource, 0)), limit.get(resource)
        if allowed is None or wanted <= 0:
            continue
        missing = _number(used.get(resource, 0)) + wanted - quantity.parse(allowed)
        if missing > 0:
            found.append(f"{noun} short by {_text(resource, missing)}")
    return found


def lock(tenant: str) -> Mapping[str, str | int | None]:
    """The tenant's limits, which nobody else can admit against before this transaction ends.

    Take it after the row of the object that is admitted: all who need both do it in that order.
    """
    rows = StoredObject.objects.select_for_update().filter(plural="tenants", name=tenant)
    document = rows.values_list("document", flat=True).first()
    limits: Mapping[str, str | int | None] = document["spec"].get("quota", {}) if document else {}
    return limits


def record(tenant: str, amounts: Amounts) -> None:
    """Show in the tenant's status what is used."""

    def change(document: dict[str, Any]) -> None:
        document.setdefault("status", {})["used"] = as_status(amounts)

    store.update_status("tenants", "", tenant, change)


def total(*amounts: Amounts) -> dict[str, Decimal]:
    """The sum, resource by resource."""
    return {r: sum((_number(a.get(r, 0)) for a in amounts), Decimal(0)) for r in NOUNS}


def increase(old: Amounts, new: Amounts) -> dict[str, Decimal]:
    """What `new` asks for beyond `old`; never negative: what is given back is not asked for."""
    return {r: max(Decimal(0), _number(new.get(r, 0)) - _number(old.get(r, 0))) for r in NOUNS}


def as_status(amounts: Amounts) -> dict[str, str | int]:
    """The amounts as a Tenant's `status.used` has them."""
    return {
        "clusters": int(_number(amounts.get("clusters", 0))),
        "nodes": int(_number(amounts.get("nodes", 0))),
        "cpu": _text("cpu", _number(amounts.get("cpu", 0))),
        "memory": _text("memory", _number(amounts.get("memory", 0))),
        "storage": _text("storage", _number(amounts.get("storage", 0))),
        "floatingIPs": int(_number(amounts.get("floatingIPs", 0))),
    }


def _number(amount: str | int | float | Decimal) -> Decimal:
    return amount if isinstance(amount, Decimal) else quantity.parse(amount)


def _text(resource: str, amount: Decimal) -> str:
    return quantity.human(amount) if resource in _BYTES else f"{amount.normalize():f}"
