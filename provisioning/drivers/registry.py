"""Drivers by name: the built-in ones, and those of other packages as `slipway.drivers` entry points."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from pydantic import BaseModel, SecretStr, ValidationError

from provisioning.drivers.contract import Driver, OutsideKind
from provisioning.drivers.errors import Invalid

GROUP = "slipway.drivers"
_BUILT_IN = {
    "fake": "provisioning.drivers.fake.driver:FakeDriver",
    "local": "provisioning.drivers.local.driver:LocalDriver",
    "openstack": "provisioning.drivers.openstack.driver:OpenStackDriver",
}


def driver_names() -> tuple[str, ...]:
    """Every driver there is, sorted. Reads package metadata only; no driver is imported."""
    return tuple(sorted(_offered()))


def settings_model(name: str) -> type[BaseModel]:
    """What the driver's settings and secrets look like; the API's form and validation come from it."""
    return driver_class(name).settings_model


def secret_fields(name: str) -> tuple[str, ...]:
    """The settings (as the API spells them) that are secret: kept encrypted and never shown."""
    return tuple(
        field.alias or key
        for key, field in settings_model(name).model_fields.items()
        if field.annotation in (SecretStr, SecretStr | None)
    )


def makes_credentials(name: str) -> bool:
    """Whether clusters can get a credential at a provider of this driver."""
    return OutsideKind.CREDENTIAL in driver_class(name).makes


def open_driver(name: str, settings: Mapping[str, Any], secrets: Mapping[str, Any]) -> Driver:
    """The driver with these settings. Nothing outside is reached yet."""
    driver = driver_class(name)
    try:
        return driver(driver.settings_model.model_validate({**settings, **secrets}))
    except ValidationError as error:
        # pydantic's full text quotes the input, which may be a secret: only place and rule are passed on.
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            f"the settings of driver {name!r} cannot be used: {place or 'settings'}: {first['msg']}",
            field=f"spec.settings.{place}" if place else "spec.settings",
        ) from None


def driver_class(name: str) -> type[Driver]:
    """The driver itself. SlipwayError Invalid names those that there are."""
    offered = _offered()
    if name not in offered:
        raise Invalid(
            f"there is no driver {name!r}; there are {', '.join(sorted(offered))}", field="spec.driver"
        )
    return cast("type[Driver]", offered[name].load())


@lru_cache(maxsize=1)
def _offered() -> dict[str, EntryPoint]:
    # Built-in names win: a package that happens to use one must not take over existing providers.
    others = {entry.name: entry for entry in entry_points(group=GROUP)}
    return others | {name: EntryPoint(name, value, GROUP) for name, value in _BUILT_IN.items()}
