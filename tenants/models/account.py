"""Someone or something that uses the API."""

from typing import ClassVar

from django.db import models


class Account(models.Model):
    """A user by its full name: `admin`, or `demo:alice` for an account that belongs to the tenant demo.

    The tenant in the name keeps tenants apart: none can take over, or even notice, another one's accounts.
    """

    name = models.CharField(max_length=253, unique=True)
    tenant = models.CharField(max_length=63, blank=True, db_index=True)
    platform_admin = models.BooleanField(default=False)
    password = models.CharField(max_length=128, blank=True)  # a hash; empty: no way in by password
    groups = models.JSONField(default=list)  # that the issuer said at the last sign-in
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A tenant's account never administers the platform."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="platform_admin_has_no_tenant",
                condition=models.Q(platform_admin=False) | models.Q(tenant=""),
            )
        ]

    def __str__(self) -> str:
        return self.name
