"""Kind Machine: what a driver made for a cluster. Read-only; deleting one replaces it."""

from typing import Any, Literal

from pydantic import Field

from provisioning.kinds.common import AGE, READY, REASON, ConditionStatus, MachineShape, field
from slipway.apimachinery.kinds import Kind, Model


class MachineSpec(Model):
    """What it is for."""

    cluster: str = Field(description="Name of the Cluster.")
    pool: str = Field("", description="Name of the NodePool; empty for a control plane.")
    role: Literal["control_plane", "worker"]
    provider: str
    machine: MachineShape = Field(default_factory=MachineShape)
    outside_name: str = Field(description="Its name at the provider.")


class MachineStatus(ConditionStatus):
    """What was seen."""

    state: str = Field("", description="What the provider says: Starting, Running, Stopped, Failed, Missing.")
    address: str = Field("", description="Where Slipway reaches it.")
    inside: str = Field("", description="Its address in its network, which other nodes use.")
    node: str = Field("", description="Name of its Node, once it has joined.")
    silent_since: str = Field("", description="Since when its node does not report though it runs.")
    refused_since: str = Field("", description="Since when it answers SSH, but not as the machine made here.")
    marks: dict[str, Any] = Field(
        default_factory=dict, description="Labels and taints that its node has from its pool."
    )
    failures: int = Field(0, description="How often the provider failed at making it.")
    failed_at: str = Field("", description="When it failed last.")
    failure: str = Field("", description="What the provider said then; more is in the cluster's ledger.")
    joined: bool = Field(False, description="Whether it has been made a node.")


MACHINE = Kind(
    kind="Machine",
    plural="machines",
    spec=MachineSpec,
    status=MachineStatus,
    short_names=("ma",),
    categories=("all", "slipway"),
    verbs=("get", "list", "watch", "delete"),
    columns=(
        READY,
        field("Cluster", "spec.cluster"),
        field("Role", "spec.role"),
        field("Pool", "spec.pool"),
        field("State", "status.state"),
        field("Address", "status.address"),
        REASON,
        AGE,
        field("Outside-Name", "spec.outsideName", wide=True),
    ),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    description="A machine of a cluster. Deleting one replaces it.",
)
