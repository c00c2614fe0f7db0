"""Kind StoragePool: storage of a provider, reserved by a tenant; a StorageClass in the clusters that name it."""

from pydantic import Field

from provisioning.kinds.common import AGE, READY, REASON, ConditionStatus, Quantity, field, immutable
from provisioning.kinds.defaults import default_provider, provider_errors
from provisioning.kinds.quota import quota_errors
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model


class StoragePoolSpec(Model):
    """Where, what kind of, and how much."""

    provider: str = Field("", description="Name of the Provider. Empty: the tenant's default.")
    type: str = Field("", description="The provider's name of a storage class, such as a Cinder volume type.")
    capacity: Quantity = Field("", description="How much, such as 100Gi. Empty: no limit of its own.")


class StoragePoolStatus(ConditionStatus):
    """The pool as the provider made it."""

    outside_name: str = ""
    outside_id: str = ""
    node_path: str = Field("", description="Where machines see it, if they do.")
    used_by: list[str] = Field(default_factory=list, description="Names of the Clusters that name it.")


def _validate(admission: Admission) -> list[FieldError]:
    errors = immutable("spec.provider", "spec.type")(admission) + provider_errors(admission)
    return errors + quota_errors(admission)


STORAGE_POOL = Kind(
    kind="StoragePool",
    plural="storagepools",
    spec=StoragePoolSpec,
    status=StoragePoolStatus,
    short_names=("sp",),
    categories=("all", "slipway"),
    columns=(
        READY,
        field("Type", "spec.type"),
        field("Capacity", "spec.capacity"),
        field("Provider", "spec.provider"),
        REASON,
        AGE,
    ),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    default=default_provider,
    validate=_validate,
    description="Storage of a provider; becomes a StorageClass in the clusters that name it.",
)
