"""A real cluster's life through kubectl: made, used, grown, broken, mended, shrunk, deleted; and nothing is left."""

import json
import time
from pathlib import Path

import pytest
from e2e.conftest import TENANT, Site
from support.server import ROOT, wait_for

pytestmark = [pytest.mark.real, pytest.mark.timeout(1500)]
EXAMPLE = ROOT / "examples" / "ha-cluster.yaml"


def test_life_of_a_cluster(site: Site) -> None:
    _made_from_one_manifest(site)
    _works_inside(site)
    _applied_again_changes_nothing(site)
    _grows(site)
    _labels_and_taints_reach_the_nodes(site)
    _a_stopped_machine_is_named_within_a_minute(site)
    _a_lost_control_plane_is_replaced(site)
    _shrinks(site)
    _is_deleted_without_a_trace(site)


def _made_from_one_manifest(site: Site) -> None:
    site.tenant_kubectl("apply", "-f", str(EXAMPLE))
    site.wait_ready("web", 400)
    nodes = site.inside("web", "get", "nodes", "--no-headers").splitlines()
    assert len(nodes) == 5
    assert all(" Ready " in line for line in nodes)
    tainted = site.inside("web", "get", "nodes", "-o", "jsonpath={.items[*].spec.taints}")
    assert tainted.count("node-role.kubernetes.io/control-plane") == 3


def _works_inside(site: Site) -> None:
    """A pod on a worker, cluster DNS from inside it, its log, a volume of the default storage class, kubectl top."""
    site.inside("web", "apply", "-f", str(Path(__file__).parent / "workload.yaml"))
    site.inside("web", "wait", "--for=condition=complete", "job/probe", "--timeout=120s", timeout=150)
    assert "probe: all well" in site.inside("web", "logs", "job/probe")
    wait_for(lambda: "web-cp-1" in _top(site), 120, lambda: _top(site))


def _top(site: Site) -> str:
    try:
        return site.inside("web", "top", "nodes")
    except AssertionError as not_yet:
        return str(not_yet)


def _applied_again_changes_nothing(site: Site) -> None:
    runs = site.tenant_kubectl("get", "runs", "-o", "name")
    assert "unchanged" in site.tenant_kubectl("apply", "-f", str(EXAMPLE))
    time.sleep(3)
    assert site.tenant_kubectl("get", "runs", "-o", "name") == runs


def _grows(site: Site) -> None:
    site.tenant_kubectl("scale", "nodepool/web-workers", "--replicas=3")
    _nodes(site, 6)
    runs = json.loads(site.tenant_kubectl("get", "runs", "-o", "json"))["items"]
    joined = [r["spec"]["machines"] for r in runs if r["spec"]["playbook"] == "join_workers"]
    assert joined == [["web-workers-3"]]  # nobody else was touched


def _labels_and_taints_reach_the_nodes(site: Site) -> None:
    """Of the nodes there are: nothing is made anew, and no run is needed."""
    taint = {"key": "team", "value": "web", "effect": "PreferNoSchedule"}
    site.server.patch(
        "nodepools", "web-workers", {"spec": {"labels": {"tier": "web"}, "taints": [taint]}}, TENANT
    )
    wait_for(lambda: len(site.inside("web", "get", "nodes", "-l", "tier=web", "-o", "name").split()) == 3, 60)
    tainted = site.inside("web", "get", "nodes", "-l", "tier=web", "-o", "jsonpath={.items[*].spec.taints}")
    assert tainted.count('"team"') == 3
    site.server.patch("nodepools", "web-workers", {"spec": {"labels": {"tier": None}, "taints": []}}, TENANT)
    wait_for(lambda: site.inside("web", "get", "nodes", "-l", "tier=web", "-o", "name") == "", 60)


def _a_stopped_machine_is_named_within_a_minute(site: Site) -> None:
    container = site.engine.containers.get(site.container("web-workers-2"))
    container.kill()
    wait_for(lambda: "web-workers-2" in _reason(site), 60, lambda: _reason(site))
    site.wait_ready("web")
    container.reload()
    assert container.status == "running"


def _a_lost_control_plane_is_replaced(site: Site) -> None:
    lost = site.container("web-cp-2")
    site.engine.containers.get(lost).remove(force=True, v=True)
    wait_for(lambda: "web-cp-2" in _reason(site), 60, lambda: _reason(site))
    wait_for(lambda: _container_or_none(site, "web-cp-2") not in (None, lost), 240)
    site.wait_ready("web", 400)
    assert len(site.inside("web", "get", "nodes", "-o", "name").split()) == 6


def _shrinks(site: Site) -> None:
    site.tenant_kubectl("scale", "nodepool/web-workers", "--replicas=1")
    _nodes(site, 4)
    assert len(site.engine.containers.list(filters={"label": "slipway.dev/tenant=e2e"})) == 4


def _is_deleted_without_a_trace(site: Site) -> None:
    site.tenant_kubectl("delete", "cluster", "web", "--wait=false")
    site.wait_gone("web")
    assert site.left_in_engine() == []
    (closed,) = site.ledger_closed("web")
    assert closed.endswith("0 left"), closed
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert site.tenant_kubectl("get", plural, "-o", "name") == ""


def _reason(site: Site) -> str:
    found = site.server.condition("clusters", "web", "e2e")
    return found["message"] if found and found["status"] != "True" else ""


def _container_or_none(site: Site, machine: str) -> str | None:
    try:
        return site.container(machine)
    except AssertionError:
        return None


def _nodes(site: Site, wanted: int) -> None:
    def there() -> bool:
        nodes = site.inside("web", "get", "nodes", "--no-headers").splitlines()
        ready = [line for line in nodes if line.split()[1] == "Ready"]
        machines = site.tenant_kubectl("get", "machines", "-o", "name").split()
        return len(nodes) == len(ready) == len(machines) == wanted

    wait_for(there, 240, lambda: site.tenant_kubectl("get", "clusters,nodepools,machines,runs"))
    site.wait_ready("web")
