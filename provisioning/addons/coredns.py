"""Cluster DNS: kubeadm's own CoreDNS with the fields that it lacks."""

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class CoreDNSOptions(Options):
    """Nothing needs to be said for most clusters."""

    replicas: int | None = Field(
        None, ge=1, description="Pods; if left out their number follows the cluster's size."
    )


ADDON = Addon(
    name="coredns",
    role="addon_coredns",
    options=CoreDNSOptions,
    images=("coredns",),
    workloads=("Deployment/kube-system/coredns",),
    ready="every CoreDNS pod answers, and kubernetes.default is found through the DNS Service",
    required=True,
)
