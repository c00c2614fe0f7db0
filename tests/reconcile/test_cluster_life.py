"""A cluster's life on the fake cloud: made, grown, shrunk, mended, deleted, and nothing is left."""

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import MachineState, OutsideKind
from provisioning.identity.pki import ClusterIdentity
from provisioning.models import LedgerEntry
from provisioning.reconcile.phases import identity
from provisioning.simulation.world import World
from slipway.apimachinery.store import store


def _kinds(site: Site) -> dict[str, int]:
    counted: dict[str, int] = {}
    for found in site.cloud.objects():
        counted[found.kind] = counted.get(found.kind, 0) + 1
    return counted


def test_a_cluster_becomes_ready_from_one_manifest(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    cluster = site.get("clusters", "web")
    assert cluster["status"]["nodes"] == {"ready": 5, "total": 5}
    assert cluster["status"]["endpoint"].startswith("https://")
    assert cluster["status"]["version"] == "1.37.2"
    assert site.machines() == ["web-cp-1", "web-cp-2", "web-cp-3", "web-workers-1", "web-workers-2"]
    assert _kinds(site) == {"machine": 5, "network": 1, "address": 1, "group": 1, "endpoint": 1}
    assert all(site.ready("machines", m)["status"] == "True" for m in site.machines())
    assert site.ready("nodepools", "web-workers")["status"] == "True"


def test_a_pool_that_comes_in_the_middle_of_a_pass_is_no_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, late = identity.load, {"clusterName": "web", "replicas": 1}

    def loading(uid: str) -> ClusterIdentity | None:
        if not site.get("nodepools", "late"):
            site.create("NodePool", "nodepools", "late", late)
        return load(uid)

    monkeypatch.setattr(identity, "load", loading)
    site.cluster(control_planes=1, workers=0)
    site.work(lambda: "late-1" in site.machines())
    assert [e["message"] for e in store.list("events", TENANT) if e["reason"] == "InternalError"] == []
    site.work_until_ready()


def test_growing_touches_only_the_new_machine(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    before = site.cloud.calls().count("ensure_machine")
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=3))
    site.work_until_ready()
    assert site.cloud.calls().count("ensure_machine") == before + 1
    assert "web-workers-3" in site.machines()
    runs = [r["spec"] for r in store.list("runs", TENANT)]
    assert {"cluster": "web", "playbook": "join_workers", "machines": ["web-workers-3"]} in runs


def test_dns_grows_with_the_cluster(site: Site) -> None:
    def installed() -> int:
        return [r["spec"]["playbook"] for r in store.list("runs", TENANT)].count("install_addons")

    site.cluster(control_planes=1, workers=0)
    site.work_until_ready()
    assert installed() == 0  # making a cluster does it
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=1))
    site.work(lambda: installed() == 1)
    site.work_until_ready()
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=3))
    site.work_until_ready()
    assert installed() == 1  # three nodes need no more of it than two


def test_changed_labels_and_taints_reach_the_nodes_there_are(site: Site) -> None:
    gpu = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
    site.cluster(control_planes=1)
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(labels={"tier": "web"}))
    site.work_until_ready()
    assert _marks(site) == [({"tier": "web"}, [])] * 2
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(labels={"size": "big"}, taints=[gpu]))
    site.work(lambda: _marks(site) == [({"size": "big"}, [gpu])] * 2)
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(labels={}, taints=[]))
    site.work(lambda: _marks(site) == [({}, [])] * 2)


def _marks(site: Site) -> list[tuple[dict[str, str], list[dict[str, str]]]]:
    uid = site.get("clusters", "web")["metadata"]["uid"]
    with site.cloud.call("look") as db:
        nodes = World.load(site.cloud, db, uid).nodes.values()
    return [(node.labels, node.taints) for node in nodes if not node.control_plane]


def test_shrinking_drains_and_leaves_nothing(site: Site) -> None:
    site.cluster(workers=3)
    site.work_until_ready()
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=1))
    site.work_until_ready()
    assert site.machines() == ["web-cp-1", "web-cp-2", "web-cp-3", "web-workers-1"]
    assert _kinds(site)["machine"] == 4
    assert any(r["spec"]["playbook"] == "drain_and_remove" for r in store.list("runs", TENANT))


def test_fewer_control_planes_leave_one_at_a_time(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    site.edit("clusters", "web", lambda d: d["spec"]["controlPlane"].update(replicas=1))
    site.work_until_ready()
    drains = [
        r["spec"]["machines"]
        for r in store.list("runs", TENANT)
        if r["spec"]["playbook"] == "drain_and_remove"
    ]
    assert sorted(drains) == [["web-cp-2"], ["web-cp-3"]]


def test_a_stopped_machine_is_said_and_started_again(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    victim = site.get("machines", "web-cp-1")["spec"]["outsideName"]
    site.cloud.set_machine_state(victim, MachineState.STOPPED)
    site.work(lambda: site.ready()["status"] == "False")
    assert "web-cp-1" in site.ready()["message"]
    site.work_until_ready()
    reasons = [e["reason"] for e in store.list("events", TENANT)]
    assert "MachineStopped" in reasons


def test_a_machine_removed_by_hand_is_replaced(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    for name in ("web-cp-2", "web-workers-1"):
        old = site.get("machines", name)
        site.cloud.remove(OutsideKind.MACHINE, old["spec"]["outsideName"])
        site.work(
            lambda old=old, name=name: (
                (m := site.get("machines", name)) and m["metadata"]["uid"] != old["metadata"]["uid"]
            )
        )
        site.work_until_ready()
    assert _kinds(site)["machine"] == 5


def test_deleting_a_machine_replaces_it(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    store.delete("machines", TENANT, "web-workers-1")
    site.work(lambda: site.get("machines", "web-workers-1") is None)
    site.work_until_ready()
    assert site.machines()[3:] == [
        "web-workers-2",
        "web-workers-3",
    ]  # the new one came before the old one went


def test_deletion_proves_that_nothing_is_left(site: Site) -> None:
    site.cluster()
    site.work_until_ready()
    store.delete("clusters", TENANT, "web")
    site.work(lambda: site.get("clusters", "web") is None)
    assert site.cloud.objects() == []
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert store.list(plural, TENANT) == []
    assert not LedgerEntry.objects.filter(gone_at__isnull=True).exists()
    closed = [e["message"] for e in store.list("events", TENANT) if e["reason"] == "LedgerClosed"]
    assert closed == ["9 created, 9 gone, 0 left"]


def test_what_was_borrowed_stays(site: Site) -> None:
    site.create("Network", "networks", "shared", {})
    site.create("FloatingIP", "floatingips", "front", {"network": "shared"})
    site.cluster(network="shared", endpoint={"floatingIP": "front"})
    site.work_until_ready()
    assert site.get("floatingips", "front")["status"]["usedBy"] in ("web", "")
    store.delete("clusters", TENANT, "web")
    site.work(lambda: site.get("clusters", "web") is None)
    assert _kinds(site) == {"network": 1, "address": 1}


def test_a_pool_without_its_cluster_says_so_and_goes(site: Site) -> None:
    site.create("NodePool", "nodepools", "lonely", {"clusterName": "nowhere", "replicas": 1})
    site.work(lambda: bool(site.ready("nodepools", "lonely")))
    assert site.ready("nodepools", "lonely")["reason"] == "ClusterNotFound"
    store.delete("nodepools", TENANT, "lonely")
    site.work(lambda: site.get("nodepools", "lonely") is None)
