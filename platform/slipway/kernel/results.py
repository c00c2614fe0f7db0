"""What a phase returns. Waiting is not an error."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """The phase has nothing left to do; the next one may run."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The phase has to be tried again `after` seconds, or sooner when something it waits for changes."""

    after: float
    reason: str  # CamelCase constant of provisioning.conditions
    message: str  # a sentence for the tenant


Result = Done | Wait
