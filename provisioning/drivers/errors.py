"""What a driver may raise. Every foreign error is translated at the driver's edge into one of these."""

from slipway.kernel.errors import Actor, SlipwayError


class DriverError(SlipwayError):
    """Base of all driver errors. `foreign` carries the provider's own words without secrets."""


class Unavailable(DriverError):  # noqa: N818 - said in code and status as it is here
    """The provider does not answer, or answers with its own fault. Retried with backoff."""

    def __init__(self, message: str, *, foreign: str = "", retry_after: float = 0) -> None:
        super().__init__(
            "ProviderUnavailable", message, actor=Actor.NOBODY, foreign=foreign, retry_after=retry_after
        )


class QuotaExceeded(DriverError):  # noqa: N818 - said in code and status as it is here
    """There is no room: cores, memory, disk or addresses. Goes on by itself when room is made."""

    def __init__(self, message: str, *, foreign: str = "", field: str = "") -> None:
        super().__init__("QuotaExceeded", message, actor=Actor.TENANT, foreign=foreign, field=field)


class Exhausted(DriverError):  # noqa: N818 - said in code and status as it is here
    """The provider itself is full: no host, no address, no disk. Nobody's quota mends that."""

    def __init__(self, message: str, *, foreign: str = "", field: str = "") -> None:
        super().__init__("ProviderExhausted", message, actor=Actor.OPERATOR, foreign=foreign, field=field)


class Conflict(DriverError):  # noqa: N818 - said in code and status as it is here
    """Something that is not ours stands in the way: a subnet in use, a name, a port, an address."""

    def __init__(self, message: str, *, foreign: str = "", field: str = "") -> None:
        super().__init__("Conflict", message, actor=Actor.TENANT, foreign=foreign, field=field)


class Invalid(DriverError):  # noqa: N818 - said in code and status as it is here
    """The request can never succeed as it is. `field` names what to change."""

    def __init__(self, message: str, *, foreign: str = "", field: str = "") -> None:
        super().__init__("InvalidRequest", message, actor=Actor.TENANT, foreign=foreign, field=field)


class Misconfigured(DriverError):  # noqa: N818 - said in code and status as it is here
    """The provider's settings, credentials or host need the operator: disk full, no permission."""

    def __init__(self, message: str, *, foreign: str = "", field: str = "") -> None:
        super().__init__("ProviderMisconfigured", message, actor=Actor.OPERATOR, foreign=foreign, field=field)
