"""The work queue: one row for each object that has to be reconciled."""

from django.db import models


class Work(models.Model):
    """When an object is due, and who works on it.

    `dirty` counts changes; a pass that began at the present count has seen them all. `fence` grows with each claim, so
    that a holder that was taken for dead can be told from the one that followed it.
    """

    uid = models.CharField(max_length=36, primary_key=True)
    plural = models.CharField(max_length=63)
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=253)
    next_reconcile_at = models.DateTimeField(db_index=True)
    hinted_at = models.DateTimeField(null=True)
    dirty = models.BigIntegerField(default=1)
    failures = models.IntegerField(default=0)
    holder = models.CharField(max_length=128, default="")
    fence = models.BigIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.plural} {self.namespace}/{self.name}"
