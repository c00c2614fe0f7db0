"""Every add-on that a cluster can have."""

from collections.abc import Mapping
from typing import Any, Final

from provisioning.addons import (
    cinder_csi,
    coredns,
    flannel,
    local_path_storage,
    metrics_server,
    openstack_cloud_controller_manager,
)
from provisioning.addons.contract import Addon

CATALOG: Final[Mapping[str, Addon]] = {
    addon.name: addon
    for addon in (
        flannel.ADDON,
        coredns.ADDON,
        metrics_server.ADDON,
        local_path_storage.ADDON,
        openstack_cloud_controller_manager.ADDON,
        cinder_csi.ADDON,
    )
}


def chosen(wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What `ClusterTopology.addons` holds: the required add-ons and those of `wanted`, options filled in."""
    required: dict[str, Mapping[str, Any]] = {name: {} for name, addon in CATALOG.items() if addon.required}
    return {name: CATALOG[name].variables(options) for name, options in {**required, **wanted}.items()}
