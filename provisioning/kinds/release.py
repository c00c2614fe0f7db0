"""Kind Release: a Kubernetes version on offer. Read-only; Slipway keeps the objects in step with its bundles."""

from pydantic import Field

from provisioning.kinds.common import AGE, READY, REASON, ConditionStatus, field
from slipway.apimachinery.kinds import READ_VERBS, Kind, Model


class ReleaseSpec(Model):
    """The version and where it can go."""

    version: str = Field(description="The exact Kubernetes version.")
    default: bool = Field(False, description="Taken by clusters that name no version.")
    upgrades_to: list[str] = Field(
        default_factory=list, description="Versions a cluster of this one may move to."
    )
    supported_until: str = Field("", description="The day upstream support ends.")


class ReleaseStatus(ConditionStatus):
    """Whether the bundle is here."""

    bundle: str = Field("Missing", description="Missing or Present.")


RELEASE = Kind(
    kind="Release",
    plural="releases",
    spec=ReleaseSpec,
    status=ReleaseStatus,
    namespaced=False,
    verbs=READ_VERBS,
    columns=(
        READY,
        field("Default", "spec.default", type="boolean"),
        field("Bundle", "status.bundle"),
        REASON,
        AGE,
    ),
    description="A Kubernetes version on offer.",
)
