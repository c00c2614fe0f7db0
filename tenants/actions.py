"""The only writers of accounts, tokens and grants."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from slipway.kernel.errors import Actor, SlipwayError
from tenants.models import Account, Grant, Token

TOKEN_PREFIX = "slip_"  # noqa: S105 - lets secret scanners and people recognise a leaked token
LONGEST_TOKEN = timedelta(days=366)
SESSION_LIFE = timedelta(hours=12)


def create_account(name: str, *, tenant: str = "", platform_admin: bool = False) -> Account:
    """The account of that name, made when it is not there; an existing one keeps what it may do."""
    full = f"{tenant}:{name}" if tenant else name
    account, _ = Account.objects.get_or_create(
        name=full, defaults={"tenant": tenant, "platform_admin": platform_admin}
    )
    return account


def account_of_person(name: str, groups: Sequence[str], *, platform_admin: bool) -> Account:
    """The account of somebody whom the issuer knows, as it says at this sign-in."""
    said = {"groups": list(groups), "platform_admin": platform_admin}
    account, _ = Account.objects.update_or_create(name=name, defaults=said)
    for digest in Token.objects.filter(account=account).values_list("digest", flat=True):
        cache.delete(cache_key(digest))  # other sessions of theirs go by it, too
    return account


def issue_token(account: Account, expires_in: timedelta) -> tuple[str, Token]:
    """A new token and its record. The text is only here, this once: what is kept is its hash."""
    if not timedelta(0) < expires_in <= LONGEST_TOKEN:
        raise SlipwayError(
            "TokenLifetimeInvalid",
            f"a token may live up to {LONGEST_TOKEN.days} days",
            actor=Actor.TENANT,
            field="expiresIn",
        )
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    record = Token.objects.create(
        account=account, digest=digest_of(text), expires=timezone.now() + expires_in
    )
    return text, record


def open_session(account: Account, opened_with: Token | None = None) -> tuple[str, Token]:
    """A token for a browser's cookie: short-lived, and it ends with the token that it was opened with."""
    text, record = issue_token(account, SESSION_LIFE)
    if opened_with is not None:
        record.opened_with, record.expires = opened_with, min(record.expires, opened_with.expires)
        record.save(update_fields=["opened_with", "expires"])
    return text, record


def set_password(account: Account) -> str:
    """A new password, which is only here, this once: what is kept is its hash."""
    text = secrets.token_urlsafe(15)
    account.password = make_password(text)
    account.save(update_fields=["password"])
    return text


def account_with_password(name: str, password: str) -> Account | None:
    """The account, if that is its password. A wrong name costs as much time as a wrong password."""
    account = Account.objects.filter(name=name).first()
    good = check_password(password, account.password if account else make_password(None))
    return account if good else None


def revoke_token(text: str) -> bool:
    """Make the token useless; whether it was one. Other processes forget it within seconds."""
    digest = digest_of(text)
    for session in Token.objects.filter(opened_with__digest=digest).values_list("digest", flat=True):
        cache.delete(cache_key(session))
    deleted, _ = Token.objects.filter(digest=digest).delete()
    cache.delete(cache_key(digest))
    return deleted > 0


@transaction.atomic
def forget_tenant(tenant: str) -> None:
    """Remove a tenant's accounts, tokens and grants: its name may be given to somebody else."""
    for digest in Token.objects.filter(account__tenant=tenant).values_list("digest", flat=True):
        cache.delete(cache_key(digest))
    Account.objects.filter(tenant=tenant).delete()
    Grant.objects.filter(namespace=tenant).delete()


def put_grant(namespace: str, membership: str, subject: str, role: str) -> None:
    """Index what a Membership says."""
    Grant.objects.update_or_create(
        namespace=namespace, membership=membership, defaults={"subject": subject, "role": role}
    )


def drop_grant(namespace: str, membership: str) -> None:
    """Take a Membership out of the index."""
    Grant.objects.filter(namespace=namespace, membership=membership).delete()


def digest_of(text: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def cache_key(digest: str) -> str:
    """Where a process remembers a token that it has seen."""
    return f"token:{digest}"
