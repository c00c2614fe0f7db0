"""What Kubernetes asks of an OpenStack: addresses and zones of nodes, and load balancers of Services."""

from provisioning.addons.contract import Addon, CloudOptions

ADDON = Addon(
    name="openstack-cloud-controller-manager",
    role="addon_openstack_ccm",
    options=CloudOptions,
    images=("openstack-cloud-controller-manager",),
    workloads=("DaemonSet/kube-system/openstack-cloud-controller-manager",),
    ready="it has signed in to the cloud on every control plane, and nodes have lost the taint of the uninitialized",
    cloud="openstack",
)
