"""Machines that stop, fail and vanish, alone and together: what is said, what is replaced, and what is kept."""

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import MachineState, OutsideKind
from provisioning.models import LedgerEntry
from provisioning.simulation.world import World
from slipway.apimachinery.store import store
from tests.reconcile.life import bury, condition_of, settle, until


def _outside(site: Site, name: str) -> str:
    machine = site.get("machines", name)
    assert machine is not None
    return str(machine["spec"]["outsideName"])


def _become(site: Site, state: MachineState, *names: str) -> None:
    for name in names:
        site.cloud.set_machine_state(_outside(site, name), state)


def _uids(site: Site) -> dict[str, str]:
    return {m["metadata"]["name"]: m["metadata"]["uid"] for m in store.list("machines", TENANT)}


def _reasons(site: Site) -> set[str]:
    return {e["reason"] for e in store.list("events", TENANT)}


def _calls(site: Site, name: str) -> int:
    return site.cloud.calls().count(name)


def test_two_of_three_control_planes_stopped_are_started_again(site: Site) -> None:
    site.cluster(workers=1)
    settle(site, 3, 1)
    before = _uids(site)
    _become(site, MachineState.STOPPED, "web-cp-1", "web-cp-3")
    until(site, lambda c: c["status"] == "False")
    settle(site, 3, 1)
    assert _uids(site) == before
    assert "MachineStopped" in _reasons(site)


def test_without_quorum_nothing_is_removed_until_they_are_back(site: Site) -> None:
    """Two of three have failed: their disks hold what etcd needs, should the provider bring them back."""
    site.cluster(workers=1)
    settle(site, 3, 1)
    before, deletions = _uids(site), _calls(site, "delete_machine")
    _become(site, MachineState.FAILED, "web-cp-1", "web-cp-2")
    said = until(site, lambda c: c["reason"] == "EtcdQuorumLost")
    assert "1 of 3 control planes run and web-cp-1, web-cp-2" in said["message"]
    assert "Nothing is removed" in said["message"]
    blocked = condition_of(site, "Blocked")
    assert blocked is not None
    assert (blocked["status"], blocked["reason"]) == ("True", "EtcdQuorumLost")
    looks = _calls(site, "observe")
    site.work(lambda: _calls(site, "observe") > looks + 5)
    assert _calls(site, "delete_machine") == deletions
    assert not any(m["metadata"].get("deletionTimestamp") for m in store.list("machines", TENANT))
    _become(site, MachineState.RUNNING, "web-cp-1", "web-cp-2")
    settle(site, 3, 1)
    assert _uids(site) == before


def test_a_cluster_without_quorum_can_be_deleted(site: Site) -> None:
    site.cluster(workers=1)
    settle(site, 3, 1)
    for name in ("web-cp-1", "web-cp-2"):
        site.cloud.remove(OutsideKind.MACHINE, _outside(site, name))
    until(site, lambda c: c["reason"] == "EtcdQuorumLost")
    bury(site)


def test_the_only_control_plane_gone_is_not_made_anew_empty(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    made = _calls(site, "ensure_machine")
    site.cloud.remove(OutsideKind.MACHINE, _outside(site, "web-cp-1"))
    until(site, lambda c: c["reason"] == "EtcdQuorumLost")
    looks = _calls(site, "observe")
    site.work(lambda: _calls(site, "observe") > looks + 3)
    assert _calls(site, "ensure_machine") == made
    bury(site)


def test_one_gone_and_one_stopped(site: Site) -> None:
    """The one that only stopped is back first; then there is a quorum to replace the other with."""
    site.cluster(workers=1)
    settle(site, 3, 1)
    before = _uids(site)
    site.cloud.remove(OutsideKind.MACHINE, _outside(site, "web-cp-1"))
    _become(site, MachineState.STOPPED, "web-cp-2")
    site.work(lambda: "web-cp-1" in _uids(site) and _uids(site)["web-cp-1"] != before["web-cp-1"])
    settle(site, 3, 1)
    after = _uids(site)
    assert {n for n in after if after[n] != before[n]} == {"web-cp-1"}


def test_failed_machines_are_replaced(site: Site) -> None:
    site.cluster(workers=2)
    settle(site, 3, 2)
    before = _uids(site)
    _become(site, MachineState.FAILED, "web-cp-2", "web-workers-1")
    until(site, lambda c: c["reason"] == "MachineMissing" or "MachineMissing" in _reasons(site))
    settle(site, 3, 2)
    after = _uids(site)
    assert set(before.values()) - set(after.values()) == {before["web-cp-2"], before["web-workers-1"]}
    bury(site)


@pytest.mark.parametrize("victim", ["cp-1", "workers-1"])
def test_a_machine_that_failed_before_it_was_a_node_is_made_anew(site: Site, victim: str) -> None:
    site.cloud.fail("run:bootstrap_control_plane", times=3)
    site.cluster(control_planes=1, workers=1)
    until(site, lambda c: c["reason"] == "RunFailed")
    _become(site, MachineState.FAILED, f"web-{victim}")
    settle(site, 1, 1)
    bury(site)


def test_all_workers_gone_at_once(site: Site) -> None:
    site.cluster(control_planes=1, workers=2)
    settle(site, 1, 2)
    before = _uids(site)
    for name in ("web-workers-1", "web-workers-2"):
        site.cloud.remove(OutsideKind.MACHINE, _outside(site, name))
    site.work(lambda: not {"web-workers-1", "web-workers-2"} & set(_uids(site)))
    settle(site, 1, 2)
    assert _uids(site)["web-cp-1"] == before["web-cp-1"]
    open_rows = LedgerEntry.objects.filter(kind="machine", gone_at__isnull=True)
    assert open_rows.count() == 3


def _silence(site: Site, *names: str) -> None:
    """The kubelets stop reporting, while the machines run on."""
    cluster = site.get("clusters", "web")
    assert cluster is not None
    with site.cloud.transaction() as db:
        world = World.load(site.cloud, db, cluster["metadata"]["uid"])
        for name in names:
            world.nodes[name].machine = "silent"
        world.save(site.cloud, db, cluster["metadata"]["uid"])


def _silent_for_long(site: Site, *names: str) -> None:
    for name in names:
        site.work(lambda n=name: bool((site.get("machines", n) or {})["status"].get("silentSince")))  # type: ignore[misc]
        store.update_status(
            "machines", TENANT, name, lambda d: d["status"].update(silentSince="2026-01-01T00:00:00Z")
        )


def test_a_worker_that_stays_silent_is_replaced(site: Site) -> None:
    site.cluster(control_planes=1, workers=2)
    settle(site, 1, 2)
    _silence(site, "web-workers-1")
    said = until(site, lambda c: c["status"] == "False")
    assert said["reason"] == "NodeNotReady"
    assert "web-workers-1" in said["message"]
    deletions = _calls(site, "delete_machine")
    looks = _calls(site, "observe")
    site.work(lambda: _calls(site, "observe") > looks + 3)
    assert _calls(site, "delete_machine") == deletions, "five minutes have not passed"
    _silent_for_long(site, "web-workers-1")
    site.work(lambda: "web-workers-1" not in _uids(site))
    settle(site, 1, 2)
    assert "NodeUnreachable" in _reasons(site)


def test_many_silent_workers_are_left_alone(site: Site) -> None:
    """That is no matter of machines: replacing them would cost pods and mend nothing."""
    site.cluster(control_planes=1, workers=3)
    settle(site, 1, 3)
    names = ("web-workers-1", "web-workers-2")
    _silence(site, *names)
    _silent_for_long(site, *names)
    looks = _calls(site, "observe")
    site.work(lambda: _calls(site, "observe") > looks + 3)
    assert set(names) <= set(_uids(site))
    assert "NodeUnreachable" not in _reasons(site)


def test_a_silent_control_plane_is_never_replaced(site: Site) -> None:
    site.cluster(workers=1)
    settle(site, 3, 1)
    before = _uids(site)
    _silence(site, "web-cp-2")
    _silent_for_long(site, "web-cp-2")
    looks = _calls(site, "observe")
    site.work(lambda: _calls(site, "observe") > looks + 3)
    assert _uids(site) == before
