"""Django application: who may do what."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Tenants, memberships, accounts and tokens."""

    name = "tenants"
