"""Kind Run: one Ansible execution. Read-only; its log is the subresource `log`."""

from pydantic import Field

from provisioning.kinds.common import AGE, ConditionStatus, field
from slipway.apimachinery.kinds import READ_VERBS, Kind, Model


class RunSpec(Model):
    """What is run on which machines."""

    cluster: str = Field(description="Name of the Cluster.")
    playbook: str
    machines: list[str] = Field(
        default_factory=list, description="The machines it is limited to; empty: all."
    )


class RunStatus(ConditionStatus):
    """How it went."""

    phase: str = Field("", description="Running, Succeeded, Failed or Interrupted.")
    started_at: str = ""
    finished_at: str = ""
    seconds: float = 0
    machine: str = Field("", description="The machine on which it failed.")
    step: str = Field("", description="The step that runs or failed.")
    message: str = ""


RUN = Kind(
    kind="Run",
    plural="runs",
    spec=RunSpec,
    status=RunStatus,
    categories=("slipway",),
    verbs=READ_VERBS,
    columns=(
        field("Cluster", "spec.cluster"),
        field("Playbook", "spec.playbook"),
        field("Phase", "status.phase"),
        field("Seconds", "status.seconds", type="number"),
        field("Step", "status.step"),
        field("Message", "status.message"),
        AGE,
    ),
    description="One Ansible execution.",
)
