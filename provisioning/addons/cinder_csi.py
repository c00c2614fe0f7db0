"""Volumes of Cinder: one StorageClass for each of the cluster's storage pools."""

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class CinderCSIOptions(Options):
    """Nothing that a tenant has to say."""

    configuration: str = Field(
        "", description="Another value with each other content of the Secret cloud-config: pods start anew."
    )


ADDON = Addon(
    name="cinder-csi",
    role="addon_cinder_csi",
    options=CinderCSIOptions,
    images=(
        "cinder-csi-plugin", "csi-attacher", "csi-provisioner", "csi-resizer", "csi-node-driver-registrar",
        "livenessprobe",
    ),
    workloads=(
        "Deployment/kube-system/csi-cinder-controllerplugin",
        "DaemonSet/kube-system/csi-cinder-nodeplugin",
    ),
    ready="the driver is registered on every node, and its controller has signed in to the cloud",
    cloud="openstack",
)  # fmt: skip
