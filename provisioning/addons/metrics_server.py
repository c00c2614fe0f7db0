"""Figures for kubectl top and for autoscaling by processor and memory."""

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class MetricsServerOptions(Options):
    """How often, and how safe against the loss of a node."""

    replicas: int = Field(1, ge=1, le=3, description="Pods.")
    resolution: str = Field("15s", pattern=r"^[1-9][0-9]*s$", description="Time between two readings.")


ADDON = Addon(
    name="metrics-server",
    role="addon_metrics_server",
    options=MetricsServerOptions,
    images=("metrics-server",),
    workloads=("Deployment/kube-system/metrics-server",),
    ready="the API v1beta1.metrics.k8s.io is Available",
)
