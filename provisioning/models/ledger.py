"""The ledger: every outside object that Slipway ever meant to make, and its end."""

from django.db import models


class LedgerEntry(models.Model):
    """Written before the object is made; closed when it was seen to be gone. Entries outlive what they speak of."""

    provider = models.CharField(max_length=253)
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=253)
    tenant = models.CharField(max_length=63)
    owner_uid = models.CharField(max_length=36, db_index=True)  # the API object it was made for
    cluster_uid = models.CharField(max_length=36, db_index=True, default="")
    intended_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    kept = models.BooleanField(default=False)  # left there on purpose; it counts as neither gone nor left
    evidence = models.TextField(
        default=""
    )  # of a machine that failed: the provider's words, its console's end

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind", "name"],
                condition=models.Q(gone_at__isnull=True),
                name="one_open_entry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
