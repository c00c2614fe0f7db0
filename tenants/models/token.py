"""Bearer tokens, of which only the hash is kept."""

from django.db import models

from tenants.models.account import Account


class Token(models.Model):
    """One token. Its 256 random bits need no salt and no slow hash: there is nothing to guess."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    # A browser's session that was opened with a token ends with it.
    opened_with = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token {self.pk} of {self.account_id}"
