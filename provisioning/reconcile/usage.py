"""What a tenant's objects take of its quota."""

from decimal import Decimal

from provisioning.kinds.quota import COUNTED, usage
from slipway.apimachinery.store import store


def usage_of_tenant(namespace: str) -> dict[str, Decimal]:
    """By resource, as the quota names it."""
    return usage(d for plural in COUNTED for d in store.list(plural, namespace))
