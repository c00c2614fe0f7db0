"""Kind Driver: the code for a kind of provider, with the settings it declares. Read-only; forms are made from it."""

from typing import Any

from pydantic import Field

from provisioning.kinds.common import AGE, ConditionStatus, field
from slipway.apimachinery.kinds import READ_VERBS, Column, Document, Kind, Model


class DriverSpec(Model):
    """What a Provider with this driver has to say."""

    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="JSON schema of the settings. What is writeOnly in it belongs into the Provider's secrets.",
    )
    simulated: bool = Field(False, description="Machines are not real: for tests and trying.")
    makes: list[str] = Field(default_factory=list, description="Kinds of outside objects that it can make.")


def _required(document: Document) -> str:
    return ", ".join(document["spec"].get("settings", {}).get("required", []))


DRIVER = Kind(
    kind="Driver",
    plural="drivers",
    spec=DriverSpec,
    status=ConditionStatus,
    namespaced=False,
    verbs=READ_VERBS,
    columns=(
        field("Simulated", "spec.simulated", type="boolean"),
        Column("Required", _required, description="Settings that have no default"),
        AGE,
    ),
    description="The code for a kind of provider, and the settings it declares.",
)
