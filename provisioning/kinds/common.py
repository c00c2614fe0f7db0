"""What several kinds share: machine shapes, columns, checks of quantities and CIDRs."""

import ipaddress
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from slipway.apimachinery.kinds import Admission, Column, Document, FieldError, Model
from slipway.kernel import conditions as kernel_conditions
from slipway.kernel import quantity

CLUSTER_LABEL = "slipway.dev/cluster"
POOL_LABEL = "slipway.dev/pool"
ROLE_LABEL = "slipway.dev/role"


def _number_as_text(value: Any) -> Any:
    """`cpu: 2` in YAML is a number, and means the quantity."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _quantity(value: str) -> str:
    if value:
        quantity.parse(value)
    return value


def _cidr(value: str) -> str:
    if value:
        try:
            ipaddress.IPv4Network(value)
        except ValueError as error:
            raise ValueError(f"{error}: give an IPv4 network such as 10.10.0.0/22") from None
    return value


def _address(value: str) -> str:
    try:
        ipaddress.IPv4Address(value)
    except ValueError as error:
        raise ValueError(f"{error}: give an IPv4 address such as 192.0.2.53") from None
    return value


Quantity = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_quantity)]
Cidr = Annotated[str, AfterValidator(_cidr)]
Address = Annotated[str, AfterValidator(_address)]


class MachineShape(Model):
    """How large a machine is: cpu, memory and disk (the driver takes the smallest that fits), or a flavor by name."""

    cpu: Quantity = Field("", description="Cores, such as 2 or 500m. Empty: the provider's default.")
    memory: Quantity = Field("", description="Memory, such as 4Gi. Empty: the provider's default.")
    disk: Quantity = Field("", description="Disk, such as 20Gi. Empty: the provider's default.")
    flavor: str = Field(
        "", description="The provider's own name of a machine size; instead of cpu, memory and disk."
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="Labels that its Host must have, where machines are hosts (baremetal).",
    )


def shape_errors(shape: dict[str, Any], path: str) -> list[FieldError]:
    """A flavor and sizes contradict each other; sizes have floors below which kubeadm cannot work."""
    errors = []
    if shape.get("flavor") and any(shape.get(k) for k in ("cpu", "memory", "disk")):
        message = "name either a flavor or cpu, memory and disk, not both"
        errors.append(FieldError(f"{path}.flavor", message, "FieldValueForbidden"))
    if shape.get("memory") and quantity.parse(shape["memory"]) < quantity.parse("512Mi"):
        errors.append(
            FieldError(f"{path}.memory", f"{shape['memory']} is too small for a node: give 512Mi or more")
        )
    if shape.get("cpu") and quantity.parse(shape["cpu"]) <= 0:
        errors.append(FieldError(f"{path}.cpu", "must be more than 0"))
    return errors


def name_errors(admission: Admission) -> list[FieldError]:
    """Names of clusters and pools become host names, each a DNS label; most other objects may have dots."""
    if "." not in admission.new["metadata"]["name"]:
        return []
    return [FieldError("metadata.name", "host names are made of it: use no dot")]


def owned_by(document: Document, owner: Document) -> bool:
    """Whether `owner` made the object for itself."""
    owners = document["metadata"].get("ownerReferences") or []
    return any(o["uid"] == owner["metadata"]["uid"] for o in owners)


def path_of(document: Document, dotted: str, default: Any = None) -> Any:
    """The value at a dotted path, or `default`."""
    value: Any = document
    for part in dotted.split("."):
        if not isinstance(value, dict) or part not in value:
            return default
        value = value[part]
    return value


def field(name: str, dotted: str, **more: Any) -> Column:
    """A column that shows the value at a path."""
    return Column(name, lambda d: path_of(d, dotted, ""), **more)


def _ready(document: Document) -> str:
    found = kernel_conditions.find(document, "Ready")
    return found["status"] if found else "Unknown"


def reason_text(document: Document) -> str:
    """Why the object is not ready, in one line; empty when it is."""
    if path_of(document, "metadata.deletionTimestamp"):
        waiting = kernel_conditions.find(document, "Ready")
        return waiting["message"] if waiting else "Deleting"
    found = kernel_conditions.find(document, "Ready")
    if found is None or found["status"] == "True":
        return ""
    return f"{found['reason']}: {found['message']}" if found["message"] else found["reason"]


READY = Column("Ready", _ready, description="Whether the object does what its spec says")
REASON = Column("Reason", reason_text, description="Why it is not ready, and who acts")
AGE = Column("Age", lambda d: path_of(d, "metadata.creationTimestamp"), type="date")


def immutable(*paths: str, also_empty: bool = False) -> Callable[[Admission], list[FieldError]]:
    """Errors for every one of the paths that an update changes; `also_empty`: from nothing to something, too."""

    def check(admission: Admission) -> list[FieldError]:
        old = admission.old
        if old is None:
            return []
        return [
            FieldError(
                p,
                "cannot be changed after creation; delete the object and make a new one",
                "FieldValueForbidden",
            )
            for p in paths
            if (also_empty or path_of(old, p) not in (None, ""))
            and path_of(old, p) != path_of(admission.new, p)
        ]

    return check


class ConditionStatus(Model):
    """What every status has."""

    model_config = ConfigDict(**{**Model.model_config, "extra": "allow"})

    observed_generation: int = Field(0, description="The generation of the spec that this status speaks of.")
    conditions: list[dict[str, Any]] = Field(
        default_factory=list, description="What is so, what is not, and why."
    )
