"""Cluster DNS: kubeadm's own CoreDNS with the fields that it lacks."""

from typing import Any

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class CoreDNSOptions(Options):
    """What `sized` finds right for a cluster."""

    replicas: int = Field(2, ge=1, description="Pods.")
    spread: int = Field(1, ge=1, description="Nodes that have to carry one before any carries two.")


ADDON = Addon(
    name="coredns",
    role="addon_coredns",
    options=CoreDNSOptions,
    images=("coredns",),
    workloads=("Deployment/kube-system/coredns",),
    ready="every CoreDNS pod answers, and kubernetes.default is found through the DNS Service",
    required=True,
)


def sized(nodes: int, untainted: int) -> dict[str, Any]:
    """Options for a cluster of that many nodes, some of which take pods of the system.

    Two pods and one more for each sixteen nodes, one for a lone machine; no node's loss takes DNS away.
    """
    return {"replicas": 1 if nodes == 1 else 2 + nodes // 16, "spread": max(1, min(2, untainted))}
