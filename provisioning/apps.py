"""Django application: what is built, and how."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Clusters and everything they are made of."""

    name = "provisioning"

    def ready(self) -> None:
        """Register the kinds, and hear of every write."""
        from provisioning import health
        from provisioning.api import SUBRESOURCES
        from provisioning.api.advice import ADVISERS
        from provisioning.kinds import ALL
        from provisioning.reconcile.wakeups import on_write
        from slipway.apimachinery.kinds import registry
        from slipway.apimachinery.store import store

        registry.register(*ALL)
        for plural, subresource in SUBRESOURCES:
            registry.add_subresource(plural, subresource)
        for plural, adviser in ADVISERS:
            registry.add_adviser(plural, adviser)
        store.subscribe(on_write)
        health.register_all()
