"""What was seen inside a cluster: plain values, so that status is a pure function of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Workload:
    """A part of an add-on that has to run."""

    kind: Literal["deployments", "daemonsets"]
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Taint:
    """What keeps pods off a node that do not tolerate it."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class NodeObservation:
    """One Node object. `reason` and `message` are those of its Ready condition."""

    name: str
    ready: bool
    reason: str = ""
    message: str = ""
    version: str = ""  # the kubelet's, as in v1.37.2
    address: str = ""
    control_plane: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: frozenset[Taint] = frozenset()
    revision: str = ""  # the object's resourceVersion


@dataclass(frozen=True, slots=True)
class EtcdMember:
    """One etcd member. A member that was added but never started has no name yet."""

    name: str
    id: str  # decimal, as etcd's JSON gateway writes and takes it
    healthy: bool
    is_learner: bool = False


@dataclass(frozen=True, slots=True)
class ClusterObservation:
    """Everything seen in one look. When the API is away, nodes and addons are empty: unknown, not absent."""

    api_ready: bool
    api_message: str = ""  # a sentence for the tenant when the API is not ready
    nodes: tuple[NodeObservation, ...] = ()
    etcd_members: tuple[EtcdMember, ...] = ()
    dns_ready: bool = False
    addons_ready: Mapping[str, bool] = field(default_factory=dict)

    def node(self, name: str) -> NodeObservation | None:
        """The Node of that name, if it was seen."""
        return next((node for node in self.nodes if node.name == name), None)
