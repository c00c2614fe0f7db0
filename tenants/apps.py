"""Django application: who may do what."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Tenants, memberships, accounts and tokens."""

    name = "tenants"

    def ready(self) -> None:
        """Register the kinds, and hear of every write."""
        from slipway.apimachinery.kinds import registry
        from slipway.apimachinery.store import store
        from tenants.kinds.membership import MEMBERSHIP
        from tenants.kinds.tenant import TENANT
        from tenants.lifecycle import on_write
        from tenants.tokens import TOKEN

        registry.register(TENANT, MEMBERSHIP)
        registry.add_subresource(TENANT.plural, TOKEN)
        store.subscribe(on_write)
