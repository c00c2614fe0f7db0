"""What a cluster's add-ons reach their cloud with, encrypted."""

from django.db import models


class CloudCredential(models.Model):
    """Ciphertext of a credential's values (slipway.base.crypto), and what tells when another is due."""

    cluster_uid = models.CharField(max_length=36, primary_key=True)
    number = models.IntegerField()  # the first has 1; part of the name at the provider
    name = models.CharField(max_length=253)
    ciphertext = models.BinaryField()
    made_at = models.DateTimeField()
    asked = models.TextField(default="")  # what the annotation said when it was made

    def __str__(self) -> str:
        return self.name
