"""clusters/NAME/usage: CPU and memory of the nodes, as metrics-server in the cluster measured them last."""

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning.kinds.common import path_of
from provisioning.reconcile.node_usage import node_usage
from slipway.apimachinery.errors import Conflict
from slipway.apimachinery.kinds import Document, Subresource
from slipway.kernel.conditions import timestamp
from slipway.kernel.errors import SlipwayError


def _get(_: Request, cluster: Document) -> Response:
    name = cluster["metadata"]["name"]
    if not path_of(cluster, "spec.addons.metricsServer.enabled", True):
        raise Conflict("clusters", name, "it has no metrics-server: switch on spec.addons.metricsServer")
    try:
        found = node_usage(cluster)
    except SlipwayError as error:
        raise Conflict("clusters", name, f"its nodes' use is not known: {error.message}") from None
    nodes = [
        {
            "name": one.name,
            "cpu": round(one.cpu, 3),
            "cpuCapacity": one.cpu_capacity,
            "memory": one.memory,
            "memoryCapacity": one.memory_capacity,
        }
        for one in found
    ]
    return Response(
        {"kind": "ClusterUsage", "apiVersion": "slipway.dev/v1", "at": timestamp(), "nodes": nodes}
    )


USAGE = Subresource("usage", "ClusterUsage", ("get",), _get)
