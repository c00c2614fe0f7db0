"""A Provider that is given up: it will never answer again, so nothing there is asked for, and what is there stays."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from provisioning.conditions import PROVIDER_ABANDONED
from provisioning.drivers.contract import Driver, MachineView, OutsideObject
from slipway.apimachinery.kinds import Document
from slipway.kernel.errors import Actor, SlipwayError

ABANDON = "slipway.dev/abandon"
"""Annotation of a Provider that is being deleted; `true` gives up what lies there."""


def is_abandoned(provider: Document) -> bool:
    """Whether its deletion was asked for with what lies there given up."""
    meta = provider["metadata"]
    asked = (meta.get("annotations") or {}).get(ABANDON) == "true"
    return asked and bool(meta.get("deletionTimestamp"))


def refusal(name: str) -> SlipwayError:
    """For whoever wants something made there."""
    text = f"Provider {name} is being deleted and what lies there is given up: delete this object"
    return SlipwayError(PROVIDER_ABANDONED, text, actor=Actor.OPERATOR, field="spec.provider")


class AbandonedDriver:
    """Finds nothing and removes nothing, so that whatever is left there can go from here."""

    name: ClassVar[str] = "abandoned"
    simulated: ClassVar[bool] = False
    credential_offer = None

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def list_machines(self, *_: Any, **__: Any) -> list[MachineView]:
        return []

    def sweep(self, *_: Any, **__: Any) -> list[OutsideObject]:
        return []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith("delete_"):
            raise refusal(self._provider)
        return _nothing


def abandoned_driver(provider: str) -> Driver:
    """In the place of the driver, for objects that are being deleted."""
    return cast("Driver", AbandonedDriver(provider))


def _nothing(*_: Any, **__: Any) -> None:
    """What was to be removed stays."""
