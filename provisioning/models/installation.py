"""Which installation this is: tags tell its objects from those of another on the same provider."""

import uuid
from functools import cache

from django.db import models


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


class Installation(models.Model):
    """The one row that names this installation."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    key = models.CharField(max_length=12, default=_new_id)

    def __str__(self) -> str:
        return self.key


@cache
def installation_key() -> str:
    """The key written on every outside object; never changes, so one look per process is enough."""
    return Installation.objects.get_or_create(id=1)[0].key
