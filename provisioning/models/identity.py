"""A cluster's identity: its PKI and SSH keys, encrypted."""

from django.db import models


class Identity(models.Model):
    """Ciphertext of provisioning.identity.ClusterIdentity's JSON (slipway.base.crypto)."""

    cluster_uid = models.CharField(max_length=36, primary_key=True)
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return self.cluster_uid
