"""What Slipway itself does in a tenant's cluster: look, and mark nodes."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import Any
from urllib.parse import quote

from provisioning.identity.certificates import sign_client
from provisioning.identity.pki import ClusterIdentity
from provisioning.kube import reading
from provisioning.kube.etcd import EtcdClient, client_urls
from provisioning.kube.http import JsonClient, RefusedError
from provisioning.kube.observation import ClusterObservation, EtcdMember, Workload
from provisioning.kube.tls import client_context
from provisioning.kube.usage import NodeUsage, usages
from slipway.kernel.errors import SlipwayError

CREDENTIAL_LIFETIME = timedelta(hours=1)
DNS = Workload("deployments", "kube-system", "coredns")


def connect(identity: ClusterIdentity, endpoint_url: str) -> "ClusterClient":
    """A client with a credential of its own, good for an hour: make one per pass, not per process."""
    credential = sign_client(identity.cluster, "slipway", ("system:masters",), lifetime=CREDENTIAL_LIFETIME)
    context = client_context(identity.cluster.certificate, credential)
    return ClusterClient(identity, JsonClient(endpoint_url, context))


class ClusterClient:
    """One cluster through its endpoint. Use it in a `with`: connections are dropped at the end."""

    def __init__(self, identity: ClusterIdentity, api: JsonClient) -> None:
        self._identity = identity
        self._api = api

    def __enter__(self) -> "ClusterClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._api.close()

    def observe(
        self,
        control_plane_addresses: Iterable[str],
        addons: Mapping[str, tuple[Workload, ...]] | None = None,
    ) -> ClusterObservation:
        """Look at everything at once. A cluster that does not answer is an observation, not an error.

        Without addresses etcd cannot be asked itself: then its pods are looked at, through the API.

        Takes as long as two calls at most (5 s), whatever the number of nodes, control planes and add-ons.
        """
        addons = addons or {}
        with ThreadPoolExecutor(max_workers=16, thread_name_prefix="observe") as pool:
            members = pool.submit(self.etcd_members, tuple(control_plane_addresses))
            try:
                self._api.call("GET", "/readyz")
                return self._look_inside(pool, members, addons)
            except SlipwayError as error:
                return ClusterObservation(
                    api_ready=False,
                    api_message=_why_not_ready(error),
                    etcd_members=members.result(),
                    addons_ready=dict.fromkeys(addons, False),
                )

    def etcd_members(self, control_plane_addresses: Iterable[str]) -> tuple[EtcdMember, ...]:
        """The members of etcd; empty if none of the control planes answers."""
        with EtcdClient(self._identity, client_urls(control_plane_addresses)) as etcd:
            return etcd.members()

    def patch_node(self, node: str, change: Mapping[str, Any]) -> None:
        """Apply a JSON merge patch to the Node."""
        self._api.call(
            "PATCH", f"/api/v1/nodes/{quote(node)}", change, content_type="application/merge-patch+json"
        )

    def release_services(self) -> list[str]:
        """Delete every Service of type LoadBalancer; a finalizer holds each until its load balancer is gone."""
        services = self._api.call("GET", "/api/v1/services")["items"]
        left = [item["metadata"] for item in services if item["spec"].get("type") == "LoadBalancer"]
        for meta in left:
            if "deletionTimestamp" not in meta:
                path = f"/api/v1/namespaces/{quote(meta['namespace'])}/services/{quote(meta['name'])}"
                self._api.call("DELETE", path)
        return [f"{meta['namespace']}/{meta['name']}" for meta in left]

    def usage(self) -> tuple[NodeUsage, ...]:
        """What nodes use, by metrics-server's last look."""
        nodes = self._api.call("GET", "/api/v1/nodes")
        try:
            metrics = self._api.call("GET", "/apis/metrics.k8s.io/v1beta1/nodes")
        except RefusedError as error:
            raise SlipwayError(
                "NoMetrics", "metrics-server does not answer yet", foreign=error.foreign
            ) from error
        return usages(nodes["items"], metrics["items"])

    def _look_inside(
        self,
        pool: Executor,
        members: "Future[tuple[EtcdMember, ...]]",
        addons: Mapping[str, tuple[Workload, ...]],
    ) -> ClusterObservation:
        nodes = pool.submit(self._api.call, "GET", "/api/v1/nodes")
        parts = {part for workloads in addons.values() for part in workloads} | {DNS}
        found = dict(zip(parts, pool.map(self._workload, parts), strict=True))
        return ClusterObservation(
            api_ready=True,
            nodes=tuple(reading.node(item) for item in nodes.result()["items"]),
            etcd_members=members.result() or self._etcd_pods(),
            dns_ready=reading.answers(found[DNS]),
            addons_ready={
                name: all(reading.is_ready(part, found[part]) for part in workloads)
                for name, workloads in addons.items()
            },
        )

    def _etcd_pods(self) -> tuple[EtcdMember, ...]:
        """kubeadm's pods probe the member in them: one that is Ready votes or follows."""
        pods = self._api.call("GET", "/api/v1/namespaces/kube-system/pods?labelSelector=component%3Detcd")
        return tuple(reading.etcd_member(pod) for pod in pods["items"])

    def _workload(self, workload: Workload) -> dict[str, Any]:
        """The object, or nothing if the cluster has none of that name."""
        path = f"/apis/apps/v1/namespaces/{workload.namespace}/{workload.kind}/{workload.name}"
        try:
            found: dict[str, Any] = self._api.call("GET", path)
        except RefusedError as error:
            if error.status != 404:
                raise
            return {}
        return found


def _why_not_ready(error: SlipwayError) -> str:
    """The API server lists a failing check as `[-]NAME failed: ...`: the names are what a person needs."""
    failing = [line[3:].split(" ")[0] for line in error.foreign.splitlines() if line.startswith("[-]")]
    return f"the API server is not ready: {', '.join(failing)} failing" if failing else error.message
