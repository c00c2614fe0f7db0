"""The tables of the API layer: objects, the change log that watches read, and the number that orders both."""

from django.db import models


class StoredObject(models.Model):
    """One object as it is served; the columns beside the document only serve to find it."""

    uid = models.CharField(primary_key=True, max_length=36)
    plural = models.CharField(max_length=63)
    namespace = models.CharField(max_length=63, blank=True)  # '' for cluster-scoped
    name = models.CharField(max_length=253)
    resource_version = models.BigIntegerField(default=0)
    generation = models.BigIntegerField(default=1)
    document = models.JSONField()
    labels = models.JSONField(default=dict)
    owner_uid = models.CharField(max_length=36, blank=True, db_index=True)  # '' without an owner
    about_uid = models.CharField(max_length=36, blank=True, db_index=True)  # of an event: what it is about
    deleting = models.BooleanField(default=False)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["plural", "namespace", "name"], name="object_identity"),
        )

    def __str__(self) -> str:
        return f"{self.plural}/{self.namespace}/{self.name}"


class Change(models.Model):
    """One line of the change log: what a watcher is told."""

    resource_version = models.BigIntegerField(primary_key=True)
    plural = models.CharField(max_length=63)
    namespace = models.CharField(max_length=63, blank=True)
    name = models.CharField(max_length=253)
    uid = models.CharField(max_length=36)
    type = models.CharField(max_length=8)  # ADDED, MODIFIED, DELETED
    document = models.JSONField()
    previous_labels = models.JSONField(null=True)  # tells watchers with a selector what comes in and goes out
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.resource_version} {self.type} {self.plural}/{self.namespace}/{self.name}"


class Sequence(models.Model):
    """The only row counts writes. Its row lock makes numbers appear in commit order."""

    value = models.BigIntegerField(default=0)
    trimmed = models.BigIntegerField(default=0)  # the change log is complete above this number

    def __str__(self) -> str:
        return str(self.value)


class SecretFields(models.Model):
    """The write-only fields of one object, encrypted; they are in no document."""

    uid = models.CharField(primary_key=True, max_length=36)
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return self.uid
