"""The index of Memberships by subject."""

from typing import ClassVar

from django.db import models


class Grant(models.Model):
    """What one Membership says: one indexed query answers what a user may do anywhere."""

    namespace = models.CharField(max_length=63)
    membership = models.CharField(max_length=253)
    subject = models.CharField(max_length=300, db_index=True)  # User:name, Group:name
    role = models.CharField(max_length=16)

    class Meta:
        """One row for each Membership."""

        constraints: ClassVar = [
            models.UniqueConstraint(name="one_grant_per_membership", fields=["namespace", "membership"])
        ]

    def __str__(self) -> str:
        return f"{self.subject} is {self.role} of {self.namespace}"
