"""What Kubernetes asks of an OpenStack: addresses and zones of nodes, and load balancers of Services."""

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class CloudControllerManagerOptions(Options):
    """Nothing that a tenant has to say."""

    configuration: str = Field(
        "", description="Another value with each other content of the Secret cloud-config: pods start anew."
    )


ADDON = Addon(
    name="openstack-cloud-controller-manager",
    role="addon_openstack_ccm",
    options=CloudControllerManagerOptions,
    images=("openstack-cloud-controller-manager",),
    workloads=("DaemonSet/kube-system/openstack-cloud-controller-manager",),
    ready="it has signed in to the cloud on every control plane, and nodes have lost the taint of the uninitialized",
    cloud="openstack",
)
