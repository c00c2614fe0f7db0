"""Kind Network: a tenant's private network (VPC)."""

import ipaddress

from pydantic import Field

from provisioning.kinds.common import (
    AGE,
    READY,
    REASON,
    Address,
    Cidr,
    ConditionStatus,
    field,
    immutable,
    path_of,
)
from provisioning.kinds.defaults import default_provider, provider_errors
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model


class NetworkSpec(Model):
    """Where, and which addresses."""

    provider: str = Field("", description="Name of the Provider. Empty: the tenant's default.")
    cidr: Cidr = Field(
        "", description="Addresses of the network, as 10.10.0.0/24. Empty: chosen by the provider."
    )
    dns: list[Address] = Field(default_factory=list, description="Name servers of the machines.")


class NetworkStatus(ConditionStatus):
    """The network as the provider made it."""

    cidr: str = Field("", description="The addresses it really has.")
    gateway: str = ""
    outside_name: str = Field("", description="Its name at the provider.")
    outside_id: str = Field("", description="Its id at the provider.")


def _validate(admission: Admission) -> list[FieldError]:
    errors = immutable("spec.provider", "spec.cidr")(admission) + provider_errors(admission)
    cidr = path_of(admission.new, "spec.cidr")
    if not cidr:
        return errors
    wanted = ipaddress.ip_network(cidr)
    if wanted.num_addresses < 64:
        errors.append(
            FieldError("spec.cidr", f"{cidr} has {wanted.num_addresses} addresses: give a /26 or larger")
        )
    meta = admission.new["metadata"]
    for other in admission.reader.list("networks", meta["namespace"]):
        taken = path_of(other, "status.cidr") or path_of(other, "spec.cidr")
        same_provider = path_of(other, "spec.provider") == path_of(admission.new, "spec.provider")
        if other["metadata"]["name"] == meta["name"] or not same_provider or not taken:
            continue
        if wanted.overlaps(ipaddress.ip_network(taken)):
            text = f"{cidr} overlaps network {other['metadata']['name']} ({taken}): choose addresses that are free"
            errors.append(FieldError("spec.cidr", text))
    return errors


NETWORK = Kind(
    kind="Network",
    plural="networks",
    spec=NetworkSpec,
    status=NetworkStatus,
    short_names=("net",),
    categories=("all", "slipway"),
    columns=(READY, field("CIDR", "status.cidr"), field("Provider", "spec.provider"), REASON, AGE),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    default=default_provider,
    validate=_validate,
    description="A private network (VPC) of a tenant. Clusters that name none get their own.",
)
