"""What is simulated above the fake cloud: runs change machines that run, a look sees what they did."""

from pathlib import Path
from typing import Any

import pytest

from provisioning.ansible.events import RunEvent
from provisioning.ansible.runner import RunOutcome
from provisioning.ansible.topology import ClusterTopology, NodeTarget
from provisioning.drivers.contract import Driver, MachineRequest, MachineState, NetworkRequest
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.drivers.fake.faults import Moment
from provisioning.drivers.registry import open_driver
from provisioning.simulation.cluster import SimulatedCluster
from provisioning.simulation.runner import SimulatedRunner
from provisioning.simulation.world import cloud_of

UID = "c-uid"
TAGS = {"slipway/installation": "i", "slipway/cluster": UID}


class Site:
    """A cluster of three control planes and a worker, and the hands to work on it."""

    def __init__(self, path: Path) -> None:
        self.driver: Driver = open_driver("fake", {"path": str(path)}, {})
        self.cloud: FakeCloud = cloud_of(self.driver)
        self.cluster = SimulatedCluster(self.cloud, UID)
        self.events: list[RunEvent] = []
        self.driver.ensure_network(NetworkRequest("net", TAGS))

    def machine(self, name: str) -> NodeTarget:
        made = self.driver.ensure_machine(MachineRequest(name, TAGS, "net", "1.37.2", name, ""))
        return NodeTarget(name, made.address, "control_plane" if name.startswith("cp") else "worker")

    def topology(self) -> ClusterTopology:
        return ClusterTopology(
            name="web",
            uid=UID,
            version="1.37.2",
            endpoint_address="10.0.0.9",
            endpoint_kind="virtual_ip",
            pod_cidr="10.244.0.0/16",
            service_cidr="10.96.0.0/12",
            nodes=tuple(self.machine(name) for name in ("cp1", "cp2", "cp3", "w1")),
            image_repository="local",
            image_versions={},
            addons={"metrics-server": {}},
        )

    def run(self, playbook: str, *limit: str, **more: Any) -> RunOutcome:
        return SimulatedRunner(self.cloud).run(
            playbook,
            self.topology(),
            limit=limit,
            sink=self.events.append,
            identity_files={},
            ssh_key="",
            **more,
        )

    def build(self) -> None:
        assert self.run("bootstrap_control_plane", "cp1", "cp2", "cp3").ok
        assert self.run("join_workers", "w1").ok
        assert self.run("install_addons", "cp1").ok


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "cloud")


def test_nothing_answers_before_anything_was_run(site: Site) -> None:
    assert not site.cluster.observe().api_ready


def test_a_built_cluster_is_wholly_ready(site: Site) -> None:
    site.build()
    seen = site.cluster.observe()

    assert seen.api_ready
    assert {(node.name, node.ready, node.control_plane) for node in seen.nodes} == {
        ("cp1", True, True),
        ("cp2", True, True),
        ("cp3", True, True),
        ("w1", True, False),
    }
    assert [(member.name, member.healthy) for member in seen.etcd_members] == [
        ("cp1", True),
        ("cp2", True),
        ("cp3", True),
    ]
    assert seen.dns_ready
    assert seen.addons_ready == {"metrics-server": True}


def test_a_bootstrapped_cluster_is_ready_with_its_addons(site: Site) -> None:
    site.run("bootstrap_control_plane", "cp1", "cp2", "cp3")
    seen = site.cluster.observe(addons={"metrics-server": ()})

    assert {node.reason for node in seen.nodes} == {"KubeletReady"}
    assert seen.dns_ready
    assert seen.addons_ready == {"metrics-server": True}


def test_a_stopped_machine_is_a_node_that_is_not_ready(site: Site) -> None:
    site.build()
    site.cloud.set_machine_state("cp3", MachineState.STOPPED)
    seen = site.cluster.observe()

    assert seen.api_ready
    assert [node.name for node in seen.nodes if not node.ready] == ["cp3"]
    assert [member.name for member in seen.etcd_members if not member.healthy] == ["cp3"]


def test_without_quorum_the_api_is_away_and_nothing_can_be_changed(site: Site) -> None:
    site.build()
    for name in ("cp2", "cp3"):
        site.cloud.set_machine_state(name, MachineState.STOPPED)
    seen = site.cluster.observe()

    assert not seen.api_ready
    assert seen.nodes == ()
    assert "quorum" in seen.api_message
    with pytest.raises(Unavailable):
        site.cluster.patch_node("w1", {"metadata": {"labels": {"tier": "web"}}})


def test_a_machine_made_anew_has_joined_nothing_until_it_joins(site: Site) -> None:
    site.build()
    site.driver.delete_machine("cp3")
    site.machine("cp3")

    refused = site.run("join_control_plane", "cp3")
    site.run("drain_and_remove", "cp3")
    joined = site.run("join_control_plane", "cp3")

    assert not refused.ok
    assert "lost member" in refused.message
    assert joined.ok
    assert all(node.ready for node in site.cluster.observe().nodes)


def test_a_run_on_a_machine_that_does_not_run_fails_and_says_where(site: Site) -> None:
    topology = site.topology()
    site.cloud.set_machine_state("w1", MachineState.STOPPED)
    outcome = SimulatedRunner(site.cloud).run(
        "join_workers", topology, limit=("w1",), sink=site.events.append
    )

    assert (outcome.ok, outcome.failed_host) == (False, "w1")
    assert "unreachable" in outcome.message
    assert site.events[-1].status == "failed"


def test_etcd_is_never_bootstrapped_beside_members_that_are_not_declared(site: Site) -> None:
    site.build()
    topology = site.topology()
    other = ClusterTopology(
        **{name: getattr(topology, name) for name in ClusterTopology.__slots__}
        | {"nodes": (site.machine("cp9"),)}
    )
    outcome = SimulatedRunner(site.cloud).run("bootstrap_control_plane", other, sink=site.events.append)

    assert not outcome.ok
    assert "cp1" in outcome.message


@pytest.mark.parametrize(("moment", "done"), [(Moment.BEFORE, 1), (Moment.AFTER, 2)])
def test_a_run_that_fails_at_its_second_node_has_done_the_first(
    site: Site, moment: Moment, done: int
) -> None:
    site.cloud.fail("run:bootstrap_control_plane", nth=2, moment=moment)
    outcome = site.run("bootstrap_control_plane", "cp1", "cp2", "cp3")

    assert (outcome.ok, outcome.failed_host) == (False, "cp2")
    assert len(site.cluster.observe().etcd_members) == done
    assert site.run("bootstrap_control_plane", "cp1", "cp2", "cp3").ok
    assert len(site.cluster.observe().etcd_members) == 3


def test_a_removed_node_is_gone(site: Site) -> None:
    site.build()
    assert site.run("drain_and_remove", "w1").ok

    assert site.cluster.observe().node("w1") is None


def test_a_look_can_fail_without_being_an_error(site: Site) -> None:
    site.build()
    site.cloud.fail("observe")

    assert not site.cluster.observe().api_ready
    assert site.cluster.observe().api_ready


def test_a_cancelled_run_stops(site: Site) -> None:
    assert not site.run("bootstrap_control_plane", "cp1", cancelled=lambda: True).ok
    assert not site.cluster.observe().api_ready
