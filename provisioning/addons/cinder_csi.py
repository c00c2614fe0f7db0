"""Volumes of Cinder: one StorageClass for each of the cluster's storage pools."""

from provisioning.addons.contract import Addon, CloudOptions

ADDON = Addon(
    name="cinder-csi",
    role="addon_cinder_csi",
    options=CloudOptions,
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
