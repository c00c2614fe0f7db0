"""Kind FloatingIP: a stable address that a cluster's endpoint can have."""

from pydantic import Field

from provisioning.kinds.common import AGE, READY, REASON, ConditionStatus, field, immutable
from provisioning.kinds.defaults import default_provider, provider_errors
from provisioning.kinds.quota import quota_errors
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model


class FloatingIPSpec(Model):
    """Where the address comes from."""

    provider: str = Field("", description="Name of the Provider. Empty: the tenant's default.")
    network: str = Field(
        "",
        description="Name of the Network that the address is reached through. Providers of kind local need it.",
    )


class FloatingIPStatus(ConditionStatus):
    """The address, and who has it."""

    address: str = ""
    used_by: str = Field("", description="Name of the Cluster whose endpoint it is.")
    outside_name: str = ""
    outside_id: str = ""


def _validate(admission: Admission) -> list[FieldError]:
    errors = immutable("spec.provider", "spec.network")(admission) + provider_errors(admission)
    return errors + quota_errors(admission)


FLOATING_IP = Kind(
    kind="FloatingIP",
    plural="floatingips",
    spec=FloatingIPSpec,
    status=FloatingIPStatus,
    short_names=("fip",),
    categories=("all", "slipway"),
    columns=(
        READY,
        field("Address", "status.address"),
        field("Used-By", "status.usedBy"),
        field("Provider", "spec.provider"),
        REASON,
        AGE,
    ),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    default=default_provider,
    validate=_validate,
    description="A stable address. Clusters that name none get their own.",
)
