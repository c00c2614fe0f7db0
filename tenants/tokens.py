"""`tenants/NAME/token`: a new token for an account of the tenant, shown this once."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from pydantic import Field, ValidationError, field_validator
from rest_framework.request import Request
from rest_framework.response import Response

from slipway.apimachinery import bodies
from slipway.apimachinery.admission import field_errors
from slipway.apimachinery.errors import Forbidden, Invalid
from slipway.apimachinery.kinds import Document, FieldError, Model, Subresource
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp
from slipway.kernel.names import DNS_LABEL
from tenants import actions
from tenants.durations import parse_duration
from tenants.kinds.membership import Role

DEFAULT_LIFE = timedelta(days=90)


class TokenRequest(Model):
    """Whose token, and how long it lives."""

    api_version: str = Field("slipway.dev/v1", alias="apiVersion")
    kind: str = "TokenRequest"
    account: str = Field(max_length=63, description="Name of the account; it is made when it is not there.")
    role: Role | None = Field(None, description="Role of a new account: viewer if left out.")
    expires_in: timedelta = Field(DEFAULT_LIFE, description="Such as 30d, 12h, 15m or a number of seconds.")

    @field_validator("account")
    @classmethod
    def _is_a_label(cls, value: str) -> str:
        if not DNS_LABEL.match(value):
            raise ValueError("must consist of lower-case letters, digits and dashes")
        return value

    @field_validator("expires_in", mode="before")
    @classmethod
    def _is_a_duration(cls, value: Any) -> timedelta:
        life = parse_duration(value)
        if not timedelta(0) < life <= actions.LONGEST_TOKEN:
            raise ValueError(f"must be more than nothing and at most {actions.LONGEST_TOKEN.days}d")
        return life


def create_token(request: Request, tenant: Document) -> Response:
    """Make the account and its Membership where they are missing, then the token.

    Accounts made here belong to this tenant, whatever they are called: its administrator gets no way into
    another one's account, nor learns its name.
    """
    name = tenant["metadata"]["name"]
    if "deletionTimestamp" in tenant["metadata"]:
        raise Forbidden(f"tenant {name} is being deleted: no token can be issued")
    asked = _parse(bodies.read(request._request).value, name)  # noqa: SLF001 - DRF has no other name for it
    with transaction.atomic():
        account = actions.create_account(asked.account, tenant=name)
        text, token = actions.issue_token(account, asked.expires_in)
        role = _ensure_membership(name, asked, account.name, getattr(request.user, "name", ""))
    answer = {
        "apiVersion": "slipway.dev/v1",
        "kind": "TokenRequest",
        "metadata": {"name": name, "creationTimestamp": timestamp()},
        "account": asked.account,
        "user": account.name,
        "role": role,
        "token": text,
        "expirationTimestamp": timestamp(token.expires),
    }
    return Response(answer, status=201)


def _parse(body: Any, tenant: str) -> TokenRequest:
    try:
        return TokenRequest.model_validate(body)
    except ValidationError as error:
        found = field_errors(error, body, root="")
        raise Invalid(
            "tenants", tenant, [FieldError(e.field.lstrip("."), e.message, e.reason) for e in found]
        ) from None


def _ensure_membership(tenant: str, asked: TokenRequest, user: str, asker: str) -> str:
    """The role that the account has. A token is no way to change it: that is done on the Membership."""
    membership = store.get("memberships", tenant, asked.account)
    if membership is None:
        document = {
            "apiVersion": "slipway.dev/v1",
            "kind": "Membership",
            "metadata": {"name": asked.account, "namespace": tenant},
            "spec": {"subject": {"kind": "User", "name": user}, "role": asked.role or "viewer"},
        }
        membership = store.create("memberships", document, user=asker)
    role: str = membership["spec"]["role"]
    subject = membership["spec"]["subject"]["name"]
    if asked.role not in (None, role) or subject != user:
        message = f"Membership {asked.account} makes {subject} {role}: change that first"
        raise Invalid("tenants", tenant, [FieldError("role", message, "FieldValueForbidden")])
    return role


TOKEN = Subresource("token", "TokenRequest", ("create",), create_token)
