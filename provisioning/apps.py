"""Django application: what is built, and how."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Clusters and everything they are made of."""

    name = "provisioning"
