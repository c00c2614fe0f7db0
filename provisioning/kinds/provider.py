"""Kind Provider: one configured cloud, region or host pool."""

from typing import Any

from pydantic import Field, ValidationError

from provisioning.drivers import registry as drivers
from provisioning.kinds.common import AGE, READY, REASON, ConditionStatus, field, immutable
from slipway.apimachinery.admission import said
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model


class ProviderSpec(Model):
    """Which driver, and its settings."""

    driver: str = Field(description="The code that speaks to the provider, such as local or openstack.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Settings the driver declares.")
    secrets: dict[str, str] = Field(
        default_factory=dict, description="Write-only: stored encrypted, never shown again. Left out: kept."
    )


class ProviderStatus(ConditionStatus):
    """What the last check found."""

    facts: dict[str, str] = Field(default_factory=dict, description="What the provider said of itself.")
    builds: list[dict[str, Any]] = Field(
        default_factory=list,
        description="How long the last clusters took here: machines, seconds, and seconds of each phase.",
    )
    orphans: int = Field(0, description="Objects there that belong to nothing any more, at the last look.")
    orphans_seen_at: str = Field("", description="When that was looked for; it is once an hour.")


def _validate(admission: Admission) -> list[FieldError]:
    spec = admission.new["spec"]
    if spec["driver"] not in drivers.driver_names():
        known = ", ".join(sorted(drivers.driver_names()))
        return [
            FieldError(
                "spec.driver",
                f"unknown driver {spec['driver']!r}; there are: {known}",
                "FieldValueNotSupported",
            )
        ]
    errors = immutable("spec.driver")(admission)
    try:
        drivers.settings_model(spec["driver"]).model_validate(
            {**spec.get("settings", {}), **spec.get("secrets", {})}
        )
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            path = ".".join(str(p) for p in problem["loc"])
            errors.append(FieldError(f"spec.settings.{path}", said(problem)))
    return errors


PROVIDER = Kind(
    kind="Provider",
    plural="providers",
    spec=ProviderSpec,
    status=ProviderStatus,
    namespaced=False,
    columns=(READY, field("Driver", "spec.driver"), REASON, AGE),
    finalizers=("slipway.dev/outside",),
    secret_fields=("spec.secrets",),
    reconciled=True,
    validate=_validate,
    description="One configured cloud, region or host pool that clusters are built on.",
)
