"""Tenant: a customer, and the namespace in which everything of that customer is."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from slipway.apimachinery.kinds import Admission, Column, Document, FieldError, Kind, Model
from slipway.kernel import conditions, quantity
from slipway.kernel.names import DNS_LABEL

FINALIZER = "slipway.dev/namespace-is-empty"
RESERVED = re.compile(r"^(default|all|slipway|kube-.*)$")


def _quantity(value: str) -> str:
    quantity.parse(value)  # its ValueError becomes the field's error
    return value


Quantity = Annotated[str, BeforeValidator(str), AfterValidator(_quantity)]
Count = Annotated[int, Field(ge=0)]


class Quota(Model):
    """The most that a tenant may have at a time. What is left out is not limited."""

    clusters: Count | None = Field(None, description="Number of clusters.")
    nodes: Count | None = Field(
        None, description="Number of machines in all clusters, control planes included."
    )
    cpu: Quantity | None = Field(None, description="Cores of all machines, such as 64.")
    memory: Quantity | None = Field(None, description="Memory of all machines, such as 256Gi.")
    storage: Quantity | None = Field(None, description="Capacity of all storage pools, such as 2Ti.")
    floating_ips: Count | None = Field(None, alias="floatingIPs", description="Number of floating IPs.")


class TenantSpec(Model):
    """What a tenant is given."""

    display_name: str = Field("", max_length=200, description="The name that people see.")
    quota: Quota = Field(
        default_factory=Quota, description="Limits; everything that is left out is unlimited."
    )
    default_provider: str = Field(
        "", max_length=253, description="The provider of clusters, networks and pools that name none."
    )


class Used(Model):
    """What all of a tenant's objects ask for together."""

    clusters: Count = Field(0, description="Number of clusters.")
    nodes: Count = Field(0, description="Number of machines.")
    cpu: Quantity = Field("0", description="Cores.")
    memory: Quantity = Field("0", description="Memory.")
    storage: Quantity = Field("0", description="Capacity of storage pools.")
    floating_ips: Count = Field(0, alias="floatingIPs", description="Number of floating IPs.")


def _ready() -> list[dict[str, Any]]:
    """A tenant is ready when it is stored: its namespace is only another view of it."""
    return [
        dict(conditions.condition("Ready", "True", "Active", "the namespace takes objects", generation=1))
    ]


class TenantStatus(Model):
    """What a tenant has."""

    used: Used = Field(default_factory=Used, description="What counts against the quota.")
    conditions: list[dict[str, Any]] = Field(default_factory=_ready, description="Ready, and why not.")


def _validate(admission: Admission) -> list[FieldError]:
    name = admission.new["metadata"].get("name", "")
    if admission.old is not None:
        return []
    if RESERVED.match(name):
        return [FieldError("metadata.name", f"{name} is a reserved name: choose another one")]
    if not DNS_LABEL.match(name):
        message = "must be at most 63 lower-case letters, digits and dashes: it is a namespace's name, too"
        return [FieldError("metadata.name", message)]
    return []


def _of(limit: str) -> Any:
    def value(document: Document) -> str:
        used = document.get("status", {}).get("used", {}).get(limit, 0)
        quota = document["spec"].get("quota", {}).get(limit)
        return f"{used}" if quota is None else f"{used}/{quota}"

    return value


def _state(document: Document) -> str:
    if document["metadata"].get("deletionTimestamp"):
        return "Terminating"
    ready = conditions.find(document, "Ready")
    return "Active" if ready is None or ready["status"] == "True" else ready["reason"]


TENANT = Kind(
    kind="Tenant",
    plural="tenants",
    namespaced=False,
    spec=TenantSpec,
    status=TenantStatus,
    finalizers=(FINALIZER,),
    validate=_validate,
    description="A customer: makes a namespace of the same name, limits what may be in it.",
    columns=(
        Column("Display Name", lambda d: d["spec"].get("displayName", "")),
        Column("Status", _state),
        Column("Clusters", _of("clusters")),
        Column("Nodes", _of("nodes")),
        Column("CPU", _of("cpu"), wide=True),
        Column("Memory", _of("memory"), wide=True),
        Column("Storage", _of("storage"), wide=True),
        Column("Age", lambda d: d["metadata"].get("creationTimestamp"), "date"),
    ),
)
