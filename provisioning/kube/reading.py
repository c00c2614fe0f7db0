"""From Kubernetes' own documents to what Slipway knows of them. Pure."""

from typing import Any

from provisioning.kube.observation import EtcdMember, NodeObservation, Taint, Workload

Document = dict[str, Any]

CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"


def node(document: Document) -> NodeObservation:
    """A Node. One without a Ready condition has just been registered."""
    metadata, spec, status = document["metadata"], document.get("spec", {}), document.get("status", {})
    ready: Document = next((c for c in status.get("conditions", []) if c["type"] == "Ready"), {})
    addresses = {a["type"]: a["address"] for a in status.get("addresses", [])}
    return NodeObservation(
        name=metadata["name"],
        ready=ready.get("status") == "True",
        reason=ready.get("reason", ""),
        message=ready.get("message", ""),
        version=status.get("nodeInfo", {}).get("kubeletVersion", ""),
        address=addresses.get("InternalIP", ""),
        control_plane=CONTROL_PLANE_LABEL in metadata.get("labels", {}),
        labels=metadata.get("labels", {}),
        taints=frozenset(Taint(t["key"], t.get("value", ""), t["effect"]) for t in spec.get("taints") or ()),
        revision=metadata.get("resourceVersion", ""),
    )


def etcd_member(pod: Document) -> EtcdMember:
    """The member that a pod of kubeadm's etcd is."""
    conditions = pod.get("status", {}).get("conditions", [])
    healthy = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    return EtcdMember(pod["spec"]["nodeName"], pod["metadata"]["uid"], healthy)


def is_ready(workload: Workload, document: Document) -> bool:
    """Whether what was asked for last runs everywhere, judged as `kubectl rollout status` does."""
    if not document:
        return False  # the cluster has none of that name
    status = document.get("status", {})
    if status.get("observedGeneration", 0) < document["metadata"].get("generation", 0):
        return False
    if workload.kind == "daemonsets":
        wanted = int(status.get("desiredNumberScheduled", 0))
        parts = (status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
        return wanted > 0 and all(int(n) >= wanted for n in parts)
    wanted = int(document.get("spec", {}).get("replicas", 1))
    return all(int(status.get(n, 0)) >= wanted for n in ("updatedReplicas", "availableReplicas"))


def answers(document: Document) -> bool:
    """Whether a Deployment serves at all: for DNS one replica is enough, and a lost node no outage."""
    return int(document.get("status", {}).get("availableReplicas", 0)) > 0
