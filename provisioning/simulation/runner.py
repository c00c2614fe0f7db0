"""Plays playbooks on simulated machines: the call of `run_playbook`, with its effect in the world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from provisioning.ansible.events import EventStatus, RunEvent
from provisioning.ansible.runner import RunOutcome
from provisioning.ansible.topology import ClusterTopology, NodeTarget
from provisioning.drivers.contract import MachineView
from provisioning.drivers.errors import DriverError
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.simulation.world import SimulatedNode, World, running_machines


class StepFailedError(Exception):
    """A playbook's step cannot be done on a node; the text is what the run shows."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of one run, and what it is played on. `machines` are those that run, by address."""

    world: World
    topology: ClusterTopology
    node: NodeTarget
    machines: Mapping[str, MachineView]


Effect = Callable[[Step], None]


class SimulatedRunner:
    """Node by node, each an atomic change: killed between two, a run leaves some done, as a real one does.

    `cloud.fail("run:NAME", nth=2)` lets playbook NAME fail at its second node.
    """

    def __init__(self, cloud: FakeCloud) -> None:
        self._cloud = cloud

    def run(
        self,
        playbook: str,
        topology: ClusterTopology,
        *,
        limit: tuple[str, ...] = (),
        sink: Callable[[RunEvent], None],
        cancelled: Callable[[], bool] = lambda: False,
        **_for_real_machines: Any,
    ) -> RunOutcome:
        """Mirrors `run_playbook`; what only real machines need (keys, directories) is accepted and unused."""
        effect = _EFFECTS[playbook]
        targets = [node for node in topology.nodes if not limit or node.name in limit]
        for number, node in enumerate(targets, start=1):
            if cancelled():
                return RunOutcome(ok=False, message="cancelled")
            try:
                self._play(playbook, effect, topology, node)
            except (StepFailedError, DriverError) as error:
                sink(_event(number, node, playbook, "failed", str(error)))
                return RunOutcome(ok=False, failed_host=node.name, failed_step=playbook, message=str(error))
            sink(_event(number, node, playbook, "changed"))
        return RunOutcome(ok=True)

    def _play(self, playbook: str, effect: Effect, topology: ClusterTopology, node: NodeTarget) -> None:
        with self._cloud.call(f"run:{playbook}") as db:
            machines = running_machines(db, topology.uid)
            if node.address not in machines and playbook not in _FROM_OUTSIDE:
                raise StepFailedError(f"{node.name} ({node.address}) is unreachable")
            world = World.load(self._cloud, db, topology.uid)
            effect(Step(world, topology, node, machines))
            world.save(self._cloud, db, topology.uid)


def _nothing(_: Step) -> None:
    """Only the machine itself changes, and nobody looks into that."""


def _bootstrap(step: Step) -> None:
    declared = {one.name for one in step.topology.control_planes}
    if strangers := set(step.world.members) - declared:
        raise StepFailedError(f"etcd has members already: {', '.join(sorted(strangers))}")
    step.world.networking = True
    step.world.addons = sorted(step.topology.addons)  # they are part of it
    _register(step)


def _taint(text: str) -> dict[str, str]:
    marked, _, effect = text.rpartition(":")
    key, _, value = marked.partition("=")
    return {"key": key, "value": value, "effect": effect}


def _join_control_plane(step: Step) -> None:
    _require_api(step)
    machine = step.machines[step.node.address].id
    if step.world.members.get(step.node.name, machine) != machine:
        raise StepFailedError(f"etcd still has the lost member {step.node.name}")
    _register(step)


def _register(step: Step) -> None:
    node, machine = step.node, step.machines[step.node.address].id
    control_plane = node.role == "control_plane"
    before = step.world.nodes.get(node.name)
    if before is None or before.machine != machine:
        fresh = SimulatedNode(
            *(node.name, machine, node.address, step.topology.version, control_plane),
            labels=dict(node.labels),
            taints=[_taint(text) for text in node.taints],
        )
        step.world.nodes[node.name] = fresh
    if control_plane:
        step.world.members[node.name] = machine


def _install_addons(step: Step) -> None:
    _require_api(step)
    step.world.addons = sorted(step.topology.addons)


def _remove(step: Step) -> None:
    _require_api(step)
    _reset(step)


def _reset(step: Step) -> None:
    step.world.nodes.pop(step.node.name, None)
    step.world.members.pop(step.node.name, None)


def _upgrade(step: Step) -> None:
    _require_api(step)
    if node := step.world.nodes.get(step.node.name):
        node.version = step.topology.version


def _verify(step: Step) -> None:
    _require_api(step)
    if step.node.name not in step.world.nodes:
        raise StepFailedError(f"{step.node.name} is not a node of the cluster")


def _require_api(step: Step) -> None:
    if not step.world.has_quorum(step.machines):
        raise StepFailedError("the API server does not answer")


_EFFECTS: Final[Mapping[str, Effect]] = {
    "prepare_nodes": _nothing,
    "bootstrap_control_plane": _bootstrap,
    "join_control_plane": _join_control_plane,
    "join_workers": _register,  # they wait for the API by themselves
    "install_addons": _install_addons,
    "upgrade": _upgrade,
    "rotate_certificates": _nothing,
    "drain_and_remove": _remove,
    "reset": _reset,
    "verify": _verify,
}


_FROM_OUTSIDE: Final = (
    "drain_and_remove",
)  # works through the other control planes, whatever the machine does


def _event(number: int, node: NodeTarget, step: str, status: EventStatus, text: str = "") -> RunEvent:
    return RunEvent(number, datetime.now(UTC), node.name, step, status, text)
