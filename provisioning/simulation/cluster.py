"""Answers for a cluster on simulated machines: the same calls as `kube.client.ClusterClient`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from provisioning.drivers.contract import MachineView
from provisioning.drivers.errors import DriverError, Unavailable
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.kube.marks import Marks
from provisioning.kube.observation import ClusterObservation, EtcdMember, NodeObservation
from provisioning.kube.usage import NodeUsage
from provisioning.simulation.usage import simulated_usage
from provisioning.simulation.world import SimulatedNode, World, running_machines

_Machines = dict[str, MachineView]  # those that run, by address


class SimulatedCluster:
    """One cluster. `cloud.fail("observe")` makes it unreachable for one look."""

    def __init__(self, cloud: FakeCloud, uid: str) -> None:
        self._cloud = cloud
        self._uid = uid

    def __enter__(self) -> "SimulatedCluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def observe(
        self,
        control_plane_addresses: Iterable[str] = (),  # noqa: ARG002 - as in ClusterClient
        addons: Mapping[str, Any] | None = None,
    ) -> ClusterObservation:
        """What a real client would see. A cluster that does not answer is an observation, not an error."""
        try:
            with self._cloud.call("observe") as db:
                world = World.load(self._cloud, db, self._uid)
                return _observation(world, running_machines(db, self._uid), tuple(addons or world.addons))
        except DriverError as error:
            return ClusterObservation(api_ready=False, api_message=error.message)

    def patch_node(self, node: str, change: Mapping[str, Any]) -> None:
        """Apply the labels and taints of a merge patch."""
        with self._changed("patch_node") as world:
            patched = world.nodes[node]
            labels = {**patched.labels, **change["metadata"].get("labels", {})}
            patched.labels = {key: value for key, value in labels.items() if value is not None}
            patched.taints = change.get("spec", {}).get("taints", patched.taints)

    def release_services(self) -> list[str]:
        """Delete all at once; each is gone at the next look."""
        with self._changed("release_services") as world:
            world.services = dict.fromkeys((n for n, going in world.services.items() if not going), True)
            return sorted(world.services)

    def usage(self) -> tuple[NodeUsage, ...]:
        """What its nodes seem to use."""
        with self._cloud.call("usage") as db:
            world = World.load(self._cloud, db, self._uid)
            if not world.has_quorum(running_machines(db, self._uid)):
                raise Unavailable("the API server does not answer")
            return simulated_usage(world.nodes)

    @contextmanager
    def _changed(self, call: str) -> Iterator[World]:
        with self._cloud.call(call) as db:
            world = World.load(self._cloud, db, self._uid)
            if not world.has_quorum(running_machines(db, self._uid)):
                raise Unavailable("the API server does not answer")
            yield world
            world.save(self._cloud, db, self._uid)


def _observation(world: World, machines: _Machines, addons: tuple[str, ...]) -> ClusterObservation:
    members = _members(world, machines)
    if not world.has_quorum(machines):
        said = "etcd has no quorum" if world.members else "the API server does not answer"
        return ClusterObservation(
            api_ready=False, api_message=said, etcd_members=members, addons_ready=dict.fromkeys(addons, False)
        )
    nodes = tuple(_node(node, world, machines) for node in world.nodes.values())
    somewhere = any(node.ready for node in nodes)
    return ClusterObservation(
        api_ready=True,
        nodes=nodes,
        etcd_members=members,
        dns_ready=somewhere,
        addons_ready={name: somewhere and name in world.addons for name in addons},
    )


def _node(node: SimulatedNode, world: World, machines: _Machines) -> NodeObservation:
    machine = machines.get(node.address)
    runs = machine is not None and machine.id == node.machine
    ready = runs and world.networking
    reason, said = ("KubeletReady", "kubelet is posting ready status")
    if not runs:
        reason, said = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
    elif not ready:
        reason, said = ("KubeletNotReady", "container runtime network not ready")
    return NodeObservation(
        node.name,
        ready,
        reason,
        said,
        f"v{node.version}",
        address=node.address,
        control_plane=node.control_plane,
        labels=node.labels,
        taints=Marks.of({"taints": node.taints}).taints,
    )


def _members(world: World, machines: _Machines) -> tuple[EtcdMember, ...]:
    healthy = world.healthy_members(machines)
    if not healthy:
        return ()
    names = sorted(world.members)
    return tuple(EtcdMember(name, str(number), name in healthy) for number, name in enumerate(names, start=1))
