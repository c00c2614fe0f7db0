"""Kind NodePool: workers of one cluster that are alike."""

from typing import Any, Literal

from pydantic import Field

from provisioning.kinds.common import (
    AGE,
    CLUSTER_LABEL,
    READY,
    REASON,
    ConditionStatus,
    MachineShape,
    field,
    immutable,
    name_errors,
    path_of,
    shape_errors,
)
from provisioning.kinds.defaults import host_label_errors
from provisioning.kinds.quota import quota_errors
from slipway.apimachinery.kinds import Admission, FieldError, Kind, Model, Scale
from slipway.apimachinery.metadata import label_errors

KUBERNETES_DOMAINS = ("kubernetes.io", "k8s.io")
KUBELET_DOMAINS = ("node.kubernetes.io", "kubelet.kubernetes.io")  # in these a kubelet may label its own node


class Taint(Model):
    """A taint that the pool's nodes register with."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class NodePoolSpec(Model):
    """How many, how large, and how marked."""

    cluster_name: str = Field(min_length=1, description="The Cluster that the nodes belong to.")
    replicas: int = Field(1, ge=0, le=1000, description="How many nodes.")
    machine: MachineShape = Field(default_factory=MachineShape)
    labels: dict[str, str] = Field(
        default_factory=dict, description="Labels of the nodes; a change reaches those that are there, too."
    )
    taints: list[Taint] = Field(
        default_factory=list, description="Taints of the nodes; a change reaches those that are there, too."
    )


class NodePoolStatus(ConditionStatus):
    """How many there are."""

    replicas: int = Field(0, description="Machines that exist.")
    ready_replicas: int = Field(0, description="Machines that are Ready nodes.")
    selector: str = Field("", description="Label selector of the pool's Machines.")


def _default(admission: Admission) -> None:
    """The pool belongs to its cluster: it is listed by its label and goes when the cluster goes."""
    meta = admission.new["metadata"]
    name = path_of(admission.new, "spec.clusterName", "")
    if not isinstance(name, str) or not name:
        return
    meta.setdefault("labels", {})[CLUSTER_LABEL] = name
    cluster = admission.reader.get("clusters", meta["namespace"], name)
    if cluster is not None and not meta.get("ownerReferences"):
        meta["ownerReferences"] = [owner_reference(cluster)]


def owner_reference(owner: dict[str, dict[str, str]]) -> dict[str, object]:
    """The reference that makes an object go when `owner` goes."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _validate(admission: Admission) -> list[FieldError]:
    errors = immutable("spec.clusterName")(admission)
    errors += _mark_errors(admission.new["spec"])
    spec, meta = admission.new["spec"], admission.new["metadata"]
    errors += shape_errors(spec["machine"], "spec.machine")
    if cluster := admission.reader.get("clusters", meta["namespace"], spec["clusterName"]):
        errors += host_label_errors(admission, cluster["spec"]["provider"], spec["machine"], "spec.machine")
    if len(admission.new["metadata"]["name"]) > 45:
        errors.append(FieldError("metadata.name", "machine names are made of it: at most 45 characters"))
    if admission.new["metadata"]["name"].endswith("-cp"):
        text = "names that end in -cp are kept for control planes, whose machines have them: choose another"
        errors.append(FieldError("metadata.name", text))
    errors += name_errors(admission)
    return errors + quota_errors(admission)


def _mark_errors(spec: dict[str, Any]) -> list[FieldError]:
    """A kubelet that is told a label or taint it may not set does not start: better said now."""
    labels, taints = spec.get("labels", {}), spec.get("taints", [])
    errors = label_errors("spec.labels", labels)
    for key in labels:
        domain = key.rpartition("/")[0]
        if domain.endswith(KUBERNETES_DOMAINS) and domain not in KUBELET_DOMAINS:
            text = f'"{key}": Kubernetes keeps {domain} for itself; use a domain of yours, or none'
            errors.append(FieldError("spec.labels", text, "FieldValueForbidden"))
    for i, taint in enumerate(taints):
        errors += label_errors(f"spec.taints[{i}]", {taint["key"]: taint.get("value", "")})
    pairs = [(taint["key"], taint["effect"]) for taint in taints]
    if twice := next((pair for pair in pairs if pairs.count(pair) > 1), None):
        errors.append(FieldError("spec.taints", f"{twice[0]}:{twice[1]} is there twice: keep one of them"))
    return errors


NODE_POOL = Kind(
    kind="NodePool",
    plural="nodepools",
    spec=NodePoolSpec,
    status=NodePoolStatus,
    short_names=("np",),
    categories=("all", "slipway"),
    columns=(
        READY,
        field("Cluster", "spec.clusterName"),
        field("Desired", "spec.replicas", type="integer"),
        field("Nodes", "status.readyReplicas", type="integer"),
        REASON,
        AGE,
    ),
    scale=Scale(),
    finalizers=("slipway.dev/outside",),
    reconciled=True,
    default=_default,
    validate=_validate,
    description="Workers of one cluster that are alike.",
)
