"""Typed errors: each says who must act, and keeps the foreign system's own words."""

from enum import StrEnum


class Actor(StrEnum):
    """Who can make the error go away."""

    TENANT = "tenant"  # change the spec, free some quota
    OPERATOR = "operator"  # mend the provider, the host, the credentials
    NOBODY = "nobody"  # passes by itself: retried with backoff


class SlipwayError(Exception):
    """An error a person can act on.

    `code` is a CamelCase constant that goes into conditions and events as their reason. `message` is for the
    tenant and must hold no secret. `foreign` is what the outside system itself said, verbatim and redacted.
    `field` is the path of the spec field to blame, as in `spec.controlPlane.replicas`.
    `retry_after` is how many seconds the outside system wants to be left alone.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        actor: Actor = Actor.NOBODY,
        foreign: str = "",
        field: str = "",
        retry_after: float = 0,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.actor = actor
        self.foreign = foreign
        self.field = field
        self.retry_after = retry_after

    def __str__(self) -> str:
        said = f" ({self.foreign})" if self.foreign and self.foreign not in self.message else ""
        return f"{self.code}: {self.message}{said}"
