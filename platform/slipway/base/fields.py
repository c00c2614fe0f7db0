"""Model fields of our own."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from slipway.base.crypto import decrypt, encrypt


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that the database only sees encrypted. Cannot be searched: two encryptions of a text differ."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        return super().get_prep_value(None if value is None else encrypt(value))

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(bytes(value))
