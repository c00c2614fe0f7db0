"""Kind Host: a machine that somebody owns, for providers with the driver baremetal."""

from typing import Literal

from pydantic import Field

from provisioning.kinds.common import (
    AGE,
    READY,
    REASON,
    Address,
    ConditionStatus,
    field,
    immutable,
    name_errors,
    path_of,
)
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model


class BastionSpec(Model):
    """The host that SSH goes through."""

    address: Address
    port: int = Field(22, ge=1, le=65535)
    user: str = Field("root", min_length=1)
    host_key: str = Field("", description="Its public host key. Empty: the one that it shows at first.")


class HostSecrets(Model):
    """Write-only: stored encrypted, never shown again. Left out: kept."""

    private_key: str = Field("", description="Private key that the user may log in with, without passphrase.")
    sudo_password: str = Field("", description="Password that sudo asks the user for, if it does.")
    bastion_key: str = Field("", description="Private key for the bastion. Empty: the same as for the host.")


class HostSpec(Model):
    """Where it is, and how to get in. Its labels are those of the object."""

    provider: str = Field(
        "",
        description="Name of the Provider whose clusters may have it. Empty: the only one of driver baremetal.",
    )
    address: Address = Field(description="Its address in the network of the other hosts; SSH answers there.")
    port: int = Field(22, ge=1, le=65535, description="Port of its SSH server.")
    user: str = Field("root", min_length=1, description="Who logs in: root, or one that may use sudo.")
    host_key: str = Field(
        "",
        description="Its public host key, as in /etc/ssh/ssh_host_ed25519_key.pub. Empty: the one that it shows at"
        " the first contact is kept.",
    )
    failure_domain: str = Field("", description="What fails together, such as a rack: clusters are spread.")
    bastion: BastionSpec | None = Field(None, description="The host that SSH has to go through, if any.")
    secrets: HostSecrets = Field(default_factory=HostSecrets)


class HostStatus(ConditionStatus):
    """What the last look found."""

    state: Literal["", "Free", "Claimed", "Cleaning", "Broken"] = Field(
        "", description="Free; Claimed by a machine; Cleaning after one; Broken: see the conditions."
    )
    claim: dict[str, str] = Field(
        default_factory=dict, description="The tenant, cluster and machine that has it."
    )
    facts: dict[str, str] = Field(
        default_factory=dict, description="Processors, memory, disks, system, kernel."
    )
    problems: list[dict[str, str]] = Field(
        default_factory=list, description="What keeps it from being a node, and what mends it."
    )
    host_key: str = Field("", description="The host key that it showed at the first contact.")
    bastion_key: str = Field("", description="The host key that its bastion showed.")
    checked_at: str = Field("", description="When it was looked at last.")


def _default(admission: Admission) -> None:
    spec = admission.new.setdefault("spec", {})
    rooms = [p for p in admission.reader.list("providers", "") if p["spec"]["driver"] == "baremetal"]
    if not spec.get("provider") and len(rooms) == 1:
        spec["provider"] = rooms[0]["metadata"]["name"]


def _validate(admission: Admission) -> list[FieldError]:
    spec = admission.new["spec"]
    errors = immutable("spec.provider")(admission) + name_errors(admission)
    provider = admission.reader.get("providers", "", spec["provider"])
    if not spec["provider"]:
        text = "name a Provider of driver baremetal: slipway provider create room --driver baremetal"
        errors.append(FieldError("spec.provider", text, "FieldValueRequired"))
    elif provider is None:
        text = f"there is no Provider {spec['provider']!r}: create it first"
        errors.append(FieldError("spec.provider", text))
    elif provider["spec"]["driver"] != "baremetal":
        text = (
            f"Provider {spec['provider']!r} has the driver {provider['spec']['driver']}: hosts need baremetal"
        )
        errors.append(FieldError("spec.provider", text))
    if not path_of(admission.new, "spec.secrets.privateKey"):
        text = "give the private key that the user may log in with"
        errors.append(FieldError("spec.secrets.privateKey", text, "FieldValueRequired"))
    for path in ("spec.hostKey", "spec.bastion.hostKey"):
        errors += _key_errors(path, path_of(admission.new, path) or "")
    return errors + _twice(admission)


def _key_errors(path: str, key: str) -> list[FieldError]:
    if not key or (len(key.split()) >= 2 and not key.startswith("-----")):
        return []
    return [FieldError(path, "give type and key, as in `ssh-ed25519 AAAA...`")]


def _twice(admission: Admission) -> list[FieldError]:
    """The same machine under two names would be given to two clusters."""
    spec, name = admission.new["spec"], admission.new["metadata"]["name"]
    where = (spec["address"], spec["port"])
    for other in admission.reader.list("hosts", ""):
        if other["metadata"]["name"] != name and (other["spec"]["address"], other["spec"]["port"]) == where:
            text = f"Host {other['metadata']['name']} has the address {where[0]}:{where[1]} already"
            return [FieldError("spec.address", text, "FieldValueDuplicate")]
    return []


HOST = Kind(
    kind="Host",
    plural="hosts",
    spec=HostSpec,
    status=HostStatus,
    namespaced=False,
    columns=(
        READY,
        field("Provider", "spec.provider"),
        field("Address", "spec.address"),
        field("Domain", "spec.failureDomain"),
        field("State", "status.state"),
        field("CPU", "status.facts.cpu"),
        field("Memory", "status.facts.memory"),
        field("Claimed-By", "status.claim.machine"),
        REASON,
        AGE,
        field("System", "status.facts.system", wide=True),
        field("Tenant", "status.claim.tenant", wide=True),
    ),
    finalizers=("slipway.dev/outside",),
    secret_fields=("spec.secrets",),
    reconciled=True,
    default=_default,
    validate=_validate,
    description="A machine that somebody owns, reached by SSH: clusters of a baremetal provider are made of them.",
)
