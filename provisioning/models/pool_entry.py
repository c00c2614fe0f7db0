"""What is taken of a room: hosts by machines, addresses by endpoints. The database lets nothing be taken twice."""

from django.db import models


class PoolEntry(models.Model):
    """One claim. `place` is what it takes, as `host/r1-07` or `address/192.168.10.200`."""

    provider = models.CharField(max_length=253)
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=253)
    place = models.CharField(max_length=300, unique=True)
    cluster_uid = models.CharField(max_length=36, db_index=True, default="")
    tags = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "name"], name="one_entry_of_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} at {self.place}"
