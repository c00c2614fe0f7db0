"""What a cluster's nodes use now, asked of the cluster itself."""

from typing import Any

from provisioning.kinds.common import path_of
from provisioning.kube.client import connect
from provisioning.kube.usage import NodeUsage
from provisioning.reconcile.phases.identity import load
from provisioning.reconcile.providers import open_provider
from slipway.kernel.errors import SlipwayError


def node_usage(cluster: dict[str, Any]) -> tuple[NodeUsage, ...]:
    """By metrics-server's last look. A SlipwayError says why there is none."""
    uid, endpoint = cluster["metadata"]["uid"], path_of(cluster, "status.endpoint", "")
    driver = open_provider(cluster["spec"]["provider"]).driver
    if driver.simulated:
        from provisioning.simulation.cluster import SimulatedCluster
        from provisioning.simulation.world import cloud_of

        with SimulatedCluster(cloud_of(driver), uid) as simulated:
            return simulated.usage()
    identity = load(uid)
    if identity is None or not endpoint:
        raise SlipwayError("NoAPI", "it has no API yet: wait until it is Ready")
    with connect(identity, endpoint) as client:
        return client.usage()
