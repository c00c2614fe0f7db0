"""What playbooks are told of a cluster: plain values, known before any machine is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from provisioning.identity.ssh_access import SshAccess


@dataclass(frozen=True, slots=True)
class NodeTarget:
    """One machine as a playbook sees it. `cpu` in cores, `memory` in bytes; 0 means all the machine has.

    `address` is the one in its network, which other nodes use; `reach` the one that SSH takes, if it is another.
    """

    name: str
    address: str
    role: Literal["control_plane", "worker"]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()  # key=value:Effect, or key:Effect
    cpu: float = 0
    memory: int = 0
    reach: str = ""
    access: SshAccess | None = None  # how SSH gets in, if not as root on port 22 with the cluster's own keys
    provider_id: str = ""  # as cloud controllers name the machine


@dataclass(frozen=True, slots=True)
class StorageClass:
    """A StorageClass: its volumes are directories under `node_path` on the nodes, or Cinder's of `volume_type`."""

    name: str
    node_path: str
    default: bool = False
    volume_type: str = ""


@dataclass(frozen=True, slots=True)
class ClusterTopology:
    """A whole cluster, as every playbook gets it; `limit` of a run says which of its nodes are touched.

    `image_versions` has the tag of each of coredns, flannel, metrics-server, local-path-provisioner,
    busybox, pause and etcd. `public_address` is the endpoint's for users, if nodes have another.
    `endpoint_kind`: a `virtual_ip` is carried by the control planes themselves, an
    `external` one is a load balancer that the provider keeps.
    """

    name: str
    uid: str
    version: str
    endpoint_address: str
    endpoint_kind: Literal["virtual_ip", "external"]
    pod_cidr: str
    service_cidr: str
    nodes: tuple[NodeTarget, ...]
    image_repository: str
    image_versions: Mapping[str, str]
    public_address: str = ""
    dns_domain: str = "cluster.local"
    dns_upstreams: tuple[str, ...] = ()
    addons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    storage_classes: tuple[StorageClass, ...] = ()

    @property
    def control_planes(self) -> tuple[NodeTarget, ...]:
        return tuple(node for node in self.nodes if node.role == "control_plane")

    @property
    def workers(self) -> tuple[NodeTarget, ...]:
        return tuple(node for node in self.nodes if node.role == "worker")
