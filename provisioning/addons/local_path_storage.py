"""Storage classes whose volumes are directories on the machines, one for each pool."""

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class LocalPathStorageOptions(Options):
    """Where volumes of the class `local-path` are."""

    directory: str = Field(
        "/var/lib/slipway-volumes", pattern=r"^/[^\s]+$", description="Directory on every machine."
    )


ADDON = Addon(
    name="local-path-storage",
    role="addon_local_path",
    options=LocalPathStorageOptions,
    images=("local-path-provisioner", "busybox"),
    workloads=("Deployment/local-path-storage/local-path-provisioner",),
    ready="the provisioner runs and the cluster has a default StorageClass",
)
