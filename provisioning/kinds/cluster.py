"""Kind Cluster: a highly available kubeadm cluster."""

import ipaddress
from typing import Any, Literal

from pydantic import Field

from provisioning import versions
from provisioning.drivers.registry import makes_credentials
from provisioning.kinds.common import (
    AGE,
    READY,
    Cidr,
    ConditionStatus,
    MachineShape,
    field,
    immutable,
    name_errors,
    owned_by,
    path_of,
    reason_text,
    shape_errors,
)
from provisioning.kinds.defaults import default_provider, provider_errors
from provisioning.kinds.quota import quota_errors
from slipway.apimachinery.kinds import Admission, Column, Document, FieldError, Kind, Model
from slipway.kernel import conditions
from slipway.kernel.errors import SlipwayError


class ControlPlaneSpec(Model):
    """The machines that run the API and etcd."""

    replicas: Literal[1, 3, 5] = Field(
        3, description="1, 3 or 5: etcd needs an odd number to survive a loss."
    )
    machine: MachineShape = Field(default_factory=MachineShape)


class EndpointSpec(Model):
    """The stable address of the API."""

    floating_ip: str = Field(
        "", alias="floatingIP", description="Name of a FloatingIP. Empty: the cluster makes its own."
    )


class AddonSpec(Model):
    """One add-on."""

    enabled: bool = True


class CloudAddonSpec(Model):
    """One add-on that only some providers are there for."""

    enabled: bool | None = Field(
        None,
        description="Left out: installed where the provider has what it needs, and nothing said elsewhere.",
    )


class AddonsSpec(Model):
    """What Slipway installs besides Kubernetes itself."""

    metrics_server: AddonSpec = Field(
        default_factory=AddonSpec, description="kubectl top, autoscaling by cpu and memory."
    )
    local_path_storage: AddonSpec = Field(
        default_factory=AddonSpec, description="StorageClasses on the machines' disks."
    )
    openstack_cloud_controller_manager: CloudAddonSpec = Field(
        default_factory=CloudAddonSpec,
        description="Services of type LoadBalancer, zones and addresses of nodes, from the OpenStack below.",
    )
    cinder_csi: CloudAddonSpec = Field(
        default_factory=CloudAddonSpec,
        description="Cinder volumes; the cluster's storagePools become its StorageClasses.",
    )


class ClusterSpec(Model):
    """What the tenant wants."""

    provider: str = Field("", description="Name of the Provider. Empty: the tenant's default.")
    version: str = Field(
        "", description="Kubernetes version, exact (1.37.2) or minor (1.37). Empty: the default release."
    )
    control_plane: ControlPlaneSpec = Field(default_factory=ControlPlaneSpec)
    network: str = Field("", description="Name of a Network to borrow. Empty: the cluster makes its own.")
    endpoint: EndpointSpec = Field(default_factory=EndpointSpec)
    storage_pools: list[str] = Field(
        default_factory=list, description="StoragePools that become StorageClasses."
    )
    pod_cidr: Cidr = Field("10.244.0.0/16", min_length=1, alias="podCIDR", description="Addresses of pods.")
    service_cidr: Cidr = Field(
        "10.96.0.0/16", min_length=1, alias="serviceCIDR", description="Addresses of Services."
    )
    addons: AddonsSpec = Field(default_factory=AddonsSpec)
    volume_deletion_policy: Literal["Delete", "Retain"] = Field(
        "Delete",
        description="What becomes of volumes that were made from inside the cluster when the cluster is deleted.",
    )


class ClusterStatus(ConditionStatus):
    """What was seen."""

    phase: str = Field("", description="The phase that the cluster is in.")
    phases: list[dict[str, Any]] = Field(default_factory=list, description="Every phase with its times.")
    built_at: str = Field("", description="When the cluster was Ready for the first time.")
    version: str = Field("", description="The exact version that the cluster runs.")
    endpoint: str = Field("", description="URL of the cluster's API.")
    endpoint_address: str = Field("", description="Where the cluster's own machines reach its API.")
    endpoint_kind: str = Field(
        "", description="virtual_ip: the control planes carry it. external: the provider."
    )
    endpoint_members: dict[str, str] = Field(
        default_factory=dict, description="Addresses of the machines behind the endpoint."
    )
    network: str = ""
    floating_ip: str = Field("", alias="floatingIP")
    nodes: dict[str, int] = Field(default_factory=dict, description="ready and total.")
    missing_images: list[str] = Field(
        default_factory=list, description="Images of the release that its machines do not carry."
    )
    initialized: bool = Field(False, description="Whether the control plane has been up once.")
    fingerprint: str = Field(
        "", description="What stands at the provider, in short: a change there is seen by it."
    )


def _default(admission: Admission) -> None:
    default_provider(admission)
    spec = admission.new["spec"]
    spec["version"] = spec.get("version") or versions.DEFAULT


def _cidr_errors(admission: Admission) -> list[FieldError]:
    """No two of pods, services and machines may share addresses: packets would go to the wrong one."""
    spec = admission.new["spec"]
    ranges = [("spec.podCIDR", spec["podCIDR"]), ("spec.serviceCIDR", spec["serviceCIDR"])]
    network = admission.reader.get(
        "networks", admission.new["metadata"]["namespace"], spec.get("network") or "-"
    )
    if network is not None:
        cidr = path_of(network, "status.cidr") or path_of(network, "spec.cidr")
        if cidr:
            ranges.append((f"network {network['metadata']['name']}", cidr))
    errors = []
    for index, (name, cidr) in enumerate(ranges):
        for other_name, other in ranges[:index]:
            if ipaddress.ip_network(cidr).overlaps(ipaddress.ip_network(other)):
                where = name if name.startswith("spec.") else other_name
                text = f"{cidr} ({name}) overlaps {other} ({other_name}): choose addresses that are apart"
                errors.append(FieldError(where, text))
    if ipaddress.ip_network(spec["podCIDR"]).prefixlen > 22:
        errors.append(FieldError("spec.podCIDR", "every node takes a /24 of it: give a /22 or larger"))
    return errors


def _reference_errors(admission: Admission) -> list[FieldError]:
    """References that do exist must fit: a floating IP in another network can never work."""
    spec, namespace = admission.new["spec"], admission.new["metadata"]["namespace"]
    name = spec["endpoint"].get("floatingIP")
    floating = admission.reader.get("floatingips", namespace, name) if name else None
    errors = []
    pools = spec.get("storagePools", [])
    if twice := sorted({p for p in pools if pools.count(p) > 1}):
        text = f"{', '.join(twice)} is named twice: name each storage pool once"
        errors.append(FieldError("spec.storagePools", text, "FieldValueDuplicate"))
    if floating is not None:
        if users := [
            cl["metadata"]["name"]
            for cl in admission.reader.list("clusters", namespace)
            if cl["metadata"]["name"] != admission.new["metadata"]["name"]
            and (path_of(cl, "spec.endpoint.floatingIP") == name or owned_by(floating, cl))
        ]:
            text = f"{name} is used by cluster {users[0]}: choose another, or delete that cluster first"
            errors.append(FieldError("spec.endpoint.floatingIP", text))
        through = path_of(floating, "spec.network", "")
        if through and through != spec.get("network"):
            text = f"{name} belongs to network {through}: set spec.network to {through} too"
            errors.append(FieldError("spec.endpoint.floatingIP", text))
    return errors


def _addon_errors(admission: Admission) -> list[FieldError]:
    """An add-on asked for by name that has nothing to work with there."""
    provider = admission.reader.get("providers", "", admission.new["spec"]["provider"])
    if provider is None or makes_credentials(provider["spec"]["driver"]):
        return []
    name, driver = provider["metadata"]["name"], provider["spec"]["driver"]
    text = f"provider {name} (driver {driver}) has no OpenStack behind it: leave it out, or choose another provider"
    addons = admission.new["spec"]["addons"]
    return [
        FieldError(f"spec.addons.{key}.enabled", text, "FieldValueForbidden")
        for key in ("openstackCloudControllerManager", "cinderCsi")
        if path_of(addons, f"{key}.enabled")
    ]


def _version_errors(admission: Admission) -> list[FieldError]:
    try:
        wanted = versions.find(admission.new["spec"]["version"])
    except SlipwayError as error:
        return [FieldError("spec.version", error.message, "FieldValueNotSupported")]
    if admission.old is None or wanted == versions.find(admission.old["spec"]["version"]):
        return []
    text = "upgrades are not offered yet: keep the version, or make a new cluster"
    return [FieldError("spec.version", text, "FieldValueForbidden")]


def _validate(admission: Admission) -> list[FieldError]:
    spec = admission.new["spec"]
    errors = immutable("spec.provider", "spec.podCIDR", "spec.serviceCIDR")(admission)
    errors += immutable("spec.network", "spec.endpoint.floatingIP", also_empty=True)(admission)
    errors += provider_errors(admission) + _cidr_errors(admission) + name_errors(admission)
    if not errors:  # references of a change that is refused anyway say nothing new
        errors += _reference_errors(admission)
    errors += shape_errors(spec["controlPlane"]["machine"], "spec.controlPlane.machine")
    errors += _version_errors(admission) + _addon_errors(admission)
    if len(admission.new["metadata"]["name"]) > 40:
        errors.append(FieldError("metadata.name", "machine names are made of it: at most 40 characters"))
    return errors + quota_errors(admission)


def _nodes(document: Document) -> str:
    nodes = path_of(document, "status.nodes", {})
    return f"{nodes.get('ready', 0)}/{nodes.get('total', 0)}" if nodes else ""


def _blocked(document: Document) -> str:
    found = conditions.find(document, "Blocked")
    return f"{found['reason']}: {found['message']}" if found and found["status"] == "True" else ""


CLUSTER = Kind(
    kind="Cluster",
    plural="clusters",
    spec=ClusterSpec,
    status=ClusterStatus,
    short_names=("cl",),
    categories=("all", "slipway"),
    columns=(
        READY,
        Column("Version", lambda d: path_of(d, "status.version") or path_of(d, "spec.version")),
        Column("Nodes", _nodes, description="Ready and declared nodes"),
        field("Endpoint", "status.endpoint"),
        AGE,
        Column("Reason", reason_text, description="Why it is not ready, and who acts"),
        field("Phase", "status.phase", wide=True),
        field("Provider", "spec.provider", wide=True),
        field("Network", "status.network", wide=True),
        Column("Blocked", _blocked, description="Why it cannot go on, and who has to act", wide=True),
    ),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    default=_default,
    validate=_validate,
    description="A highly available kubeadm cluster.",
)
