"""`slipway cluster plan`: what is asked of the server, what a person reads, and the exit code."""

import json

import pytest
import yaml

from slipway.cli.errors import Exit

WEB = "/apis/slipway.dev/v1/namespaces/demo/clusters/web"
PLAN = f"{WEB}/plan"
GIB = 2**30


def quota(resource, unit, used, limit, needed):
    left = None if limit is None else limit - used - needed
    return {
        "resource": resource, "unit": unit, "used": used, "limit": limit, "needed": needed, "left": left,
    }  # fmt: skip


def answer(**changes):
    machine = {"keep": 0, "remove": [], "asked": {}, "flavor": "medium", "cpu": "2", "memory": "4Gi"}
    return {
        "apiVersion": "slipway.dev/v1",
        "kind": "ClusterPlan",
        "metadata": {"name": "web", "namespace": "demo"},
        "fits": True,
        "provider": {"name": "cloud", "driver": "openstack"},
        "release": "1.37.2",
        "image": {"name": "slipway-node-1.37.2", "there": False},
        "machines": [
            {**machine, "role": "control-plane", "pool": "", "replicas": 1, "create": ["web-cp-1"], "disk": ""},
            {**machine, "role": "worker", "pool": "big", "replicas": 2, "create": ["a", "b"], "disk": "20Gi"},
        ],
        "objects": [
            {"kind": "Network", "name": "web", "action": "create", "borrowed": False},
            {"kind": "FloatingIP", "name": "front", "action": "keep", "borrowed": True},
        ],
        "addresses": {
            "network": {"cidr": "", "from": "172.30.0.0/15", "collidesWith": [], "mayCollideWith": ["pods"]},
            "pods": {"cidr": "172.30.0.0/16", "collidesWith": []},
        },
        "resources": {"ports": 7},
        "quota": {
            "tenant": [quota("nodes", "pieces", 1, 8, 3), quota("storage", "bytes", 0, None, 0)],
            "cloud": [
                quota("memory", "bytes", 3 * GIB, 50 * GIB, 12 * GIB),
                quota("ports", "pieces", 0, None, 7),
            ],
        },
        "time": {"seconds": 42.0, "clusters": 1, "phases": [], "message": "about 42 s"},
        "shortfalls": [],
        **changes,
    }  # fmt: skip


SHORT = {
    "code": "QuotaExceeded",
    "message": "cores short by 4 (8 needed, 4 of 20 free)",
    "actor": "tenant",
    "advice": "Ask for less",
    "field": "",
    "resource": "cpu",
    "short": 4,
}


def posted(server):
    ((_, body),) = server.asked("POST")
    return body["items"]


def test_a_cluster_that_is_there_is_asked_for_its_plan(run, server):
    server.put("clusters", "demo", "web")
    server.on["GET", PLAN] = (200, answer())
    result = run("cluster", "plan", "web")

    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.stdout.splitlines() if line] == [
        "cluster web: Kubernetes 1.37.2 on provider cloud (openstack)",
        "image slipway-node-1.37.2: is made and uploaded first",
        "MACHINES DECLARED MADE REMOVED FLAVOR CPU MEMORY DISK",
        "control-plane 1 +1 -0 medium 2 4Gi default",
        "big 2 +2 -0 medium 2 4Gi 20Gi",
        "OBJECT NAME STATE",
        "Network web is made",
        "FloatingIP front is there, borrowed",
        "ADDRESSES CIDR STATE",
        "network chosen from 172.30.0.0/15 may overlap pods",
        "pods 172.30.0.0/16 free",
        "QUOTA RESOURCE USED LIMIT NEEDED LEFT",
        "tenant nodes 1 8 3 4",
        "cloud memory 3Gi 50Gi 12Gi 35Gi",
        "cloud ports 0 no limit 7 -",
        "time: about 42 s",
        "It fits.",
    ]


def test_one_that_is_not_there_is_planned_as_create_would_make_it(run, server):
    server.on["POST", PLAN] = (201, answer())
    assert run("cluster", "plan", "web", "--cpu", "2", "--flavor", "m1").exit_code == 0

    machine = {"cpu": "2", "flavor": "m1"}
    cluster, pool = posted(server)
    assert (cluster["kind"], cluster["spec"]) == ("Cluster", {"controlPlane": {"machine": machine}})
    assert pool["metadata"]["name"] == "web-workers"
    assert pool["spec"] == {"clusterName": "web", "replicas": 2, "machine": machine}


def test_a_change_of_one_that_is_there_says_only_what_was_said(run, server):
    server.put("clusters", "demo", "web")
    server.on["POST", PLAN] = (201, answer())
    run("cluster", "plan", "web", "--workers", "5")

    assert [d["spec"] for d in posted(server)] == [{}, {"clusterName": "web", "replicas": 5}]


FILE = [
    {"kind": "Tenant", "metadata": {"name": "demo"}},
    {"kind": "Network", "metadata": {"name": "lan"}, "spec": {}},
    {"kind": "List", "items": [{"kind": "Cluster", "metadata": {"name": "web"}, "spec": {"network": "lan"}}]},
    {"kind": "NodePool", "metadata": {"name": "big"}, "spec": {"clusterName": "web"}},
]


def test_a_file_is_planned_with_all_that_belongs_to_it(run, server, tmp_path):
    path = tmp_path / "web.yaml"
    path.write_text(yaml.safe_dump_all(FILE))
    server.on["POST", PLAN] = (201, answer())
    result = run("cluster", "plan", "-f", str(path))

    assert result.exit_code == 0
    assert [d["kind"] for d in posted(server)] == ["Network", "Cluster", "NodePool"]
    assert "Tenant is left out" in result.stderr


def test_of_several_clusters_in_a_file_one_is_named(run, server, tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump_all([*FILE, {"kind": "Cluster", "metadata": {"name": "shop"}}]))
    server.on["POST", PLAN] = (201, answer())

    assert run("cluster", "plan", "-f", str(path)).exit_code == Exit.USAGE
    assert run("cluster", "plan", "web", "-f", str(path)).exit_code == 0
    assert {d["metadata"]["name"] for d in posted(server)} == {"lan", "web", "big"}


@pytest.mark.parametrize("output", ["table", "json", "yaml"])
def test_what_does_not_fit_is_said_and_is_an_exit_code(run, server, output):
    server.put("clusters", "demo", "web")
    server.on["GET", PLAN] = (200, answer(fits=False, shortfalls=[SHORT]))
    result = run("cluster", "plan", "web", "-o", output)

    assert result.exit_code == Exit.BLOCKED
    assert "error: cluster web does not fit now" in result.stderr
    if output == "table":
        assert "  cores short by 4 (8 needed, 4 of 20 free). Ask for less" in result.stdout
    else:
        shown = json.loads(result.stdout) if output == "json" else yaml.safe_load(result.stdout)
        assert shown["shortfalls"] == [SHORT]


@pytest.mark.parametrize(
    "words", [[], ["web", "-f", "FILE", "--workers", "2"], ["-f", "FILE"], ["-f", "nowhere.yaml"]]
)
def test_what_cannot_be_planned(run, tmp_path, words):
    path = tmp_path / "bad.yaml"
    path.write_text("kind: [")

    assert run("cluster", "plan", *[str(path) if w == "FILE" else w for w in words]).exit_code == Exit.USAGE
