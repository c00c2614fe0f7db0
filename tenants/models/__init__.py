"""Who there is: accounts, their tokens, and the index of what each may do."""

from tenants.models.account import Account
from tenants.models.grant import Grant
from tenants.models.token import Token

__all__ = ["Account", "Grant", "Token"]
