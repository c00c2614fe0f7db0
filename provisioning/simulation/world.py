"""What would be inside simulated machines: per cluster, which of them joined as what, in the fake's file."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from provisioning.drivers.contract import Driver, MachineState, MachineView
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.drivers.fake.driver import machines


@dataclass(slots=True)
class SimulatedNode:
    """A Node object. `machine` is the id of the machine that joined: one made anew never did."""

    name: str
    machine: str
    address: str
    version: str
    control_plane: bool
    labels: dict[str, str] = field(default_factory=dict)
    taints: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """One cluster. `members` are etcd's: by name, the id of the machine with the data."""

    nodes: dict[str, SimulatedNode] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    addons: list[str] = field(default_factory=list)
    services: dict[str, bool] = field(
        default_factory=dict
    )  # of type LoadBalancer: whether they are being deleted
    networking: bool = False  # without it no node is Ready

    @classmethod
    def load(cls, cloud: FakeCloud, db: sqlite3.Connection, cluster: str) -> "World":
        document = cloud.world(db, cluster)
        nodes = {name: SimulatedNode(**node) for name, node in document.pop("nodes", {}).items()}
        return cls(nodes=nodes, **document)

    def save(self, cloud: FakeCloud, db: sqlite3.Connection, cluster: str) -> None:
        cloud.save_world(db, cluster, asdict(self))

    def healthy_members(self, running: Mapping[str, MachineView]) -> list[str]:
        """The members whose machine runs and still has their data."""
        ids = {machine.id for machine in running.values()}
        return [name for name, machine in self.members.items() if machine in ids]

    def has_quorum(self, running: Mapping[str, MachineView]) -> bool:
        """Whether etcd, and so the API, can answer."""
        return len(self.healthy_members(running)) * 2 > len(self.members)


def running_machines(db: sqlite3.Connection, cluster: str) -> dict[str, MachineView]:
    """The cluster's machines that run, by address: how playbooks and nodes know them."""
    found = machines(db, {"slipway/cluster": cluster})
    return {machine.address: machine for machine in found if machine.state is MachineState.RUNNING}


def cloud_of(driver: Driver) -> FakeCloud:
    """The fake cloud under a simulated driver."""
    cloud = getattr(driver, "cloud", None)  # FakeDriver's, or that of a test's driver which fakes less
    if not isinstance(cloud, FakeCloud):
        raise TypeError(f"driver {driver.name} has no fake cloud to simulate in")
    return cloud
