"""The pure parts of the modules: what they decide from what they see."""

import base64
import struct

import pytest

READY = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
KUBECONFIG = """\
users:
- name: n
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
"""


def kubeconfig(certificate: bytes, key: bytes) -> str:
    encoded = (base64.b64encode(part).decode() for part in (certificate, key))
    return KUBECONFIG.format(certificate=next(encoded), key=next(encoded))


def test_a_ready_made_credential_becomes_the_file_that_the_kubelet_rotates(load):
    kubelet = load("slipway_kubelet")
    named, pem = kubelet.by_reference(kubeconfig(b"CERT\n", b"KEY\n"))
    assert pem == b"CERT\nKEY\n"
    assert f"client-certificate: {kubelet.CURRENT}" in named
    assert f"client-key: {kubelet.CURRENT}" in named
    assert kubelet.by_reference(named) == (named, b"")


def test_a_rotated_credential_is_never_put_back(load, tmp_path, monkeypatch):
    node, kubelet = load("slipway_node"), load("slipway_kubelet")
    monkeypatch.setattr(kubelet, "KUBELET_CONF", tmp_path / "kubelet.conf")
    monkeypatch.setattr(kubelet, "CURRENT", tmp_path / "pki" / "kubelet-client-current.pem")
    kubelet.place_credential(node.Node(), kubeconfig(b"FIRST", b"KEY"))
    kubelet.CURRENT.unlink()
    kubelet.CURRENT.write_bytes(b"ROTATED")
    again = node.Node()
    kubelet.place_credential(again, kubeconfig(b"FIRST", b"KEY"))
    assert not again.changes
    assert kubelet.CURRENT.read_bytes() == b"ROTATED"


def test_the_empty_database_is_what_bbolt_reads(load):
    database = load("slipway_etcd").empty_database()
    assert len(database) == 4 * 4096
    for page in (0, 1):
        magic, version, size = struct.unpack_from("<III", database, page * 4096 + 16)
        assert (magic, version, size) == (0xED0CDAED, 2, 4096)
    assert b"key" in database[3 * 4096 :]
    assert b"meta" in database[3 * 4096 :]


def test_where_an_object_is_in_the_api(load):
    path = load("slipway_kube").object_path
    assert path({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}}) == "/api/v1/nodes/a"
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}}
    assert path(deployment) == "/apis/apps/v1/namespaces/n/deployments/d"


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ({}, False),
        ({"observedGeneration": 1, "readyReplicas": 2, "updatedReplicas": 2}, False),
        ({"observedGeneration": 2, "readyReplicas": 2, "updatedReplicas": 1}, False),
        ({"observedGeneration": 2, "readyReplicas": 1, "updatedReplicas": 2}, False),
        ({"observedGeneration": 2, "readyReplicas": 2, "updatedReplicas": 2}, True),
    ],
)
def test_a_deployment_is_rolled_out_when_its_newest_template_is(load, status, done):
    workload = {
        "kind": "Deployment",
        "metadata": {"generation": 2},
        "spec": {"replicas": 2},
        "status": status,
    }
    assert load("slipway_kube").rolled_out(workload) is done


def test_a_daemonset_with_no_node_yet_is_not_rolled_out(load):
    workload = {"kind": "DaemonSet", "metadata": {"generation": 1}, "status": {"observedGeneration": 1}}
    assert not load("slipway_kube").rolled_out(workload)


def test_verify_finds_a_manifest_that_would_found_a_second_cluster(load):
    problems = load("slipway_verify").manifest_problems
    assert problems("    - --initial-cluster-state=existing\n") == []
    assert problems("    - --initial-cluster-state=new\n")
    assert problems("    - --initial-cluster=a=https://1:2380\n")


def test_verify_compares_nodes_both_ways(load):
    class Answers:
        def request(self, *_):
            return {
                "items": [{"metadata": {"name": n}} | s for n, s in (("a", READY), ("c", READY), ("d", {}))]
            }

    assert load("slipway_verify").node_problems(Answers(), ["a", "b", "d"]) == [
        "node b is missing",
        "node c is not known to the inventory",
        "node d is not Ready",
    ]


def test_a_removal_that_would_cost_the_quorum_is_refused(load, monkeypatch):
    node, remove = load("slipway_node"), load("slipway_remove_node")
    monkeypatch.setattr(
        remove, "members", lambda: {n: {"ID": i, "clientURLs": []} for i, n in enumerate("abc")}
    )
    monkeypatch.setattr(remove, "survivors", lambda _: {1: "https://b:2379"})
    with pytest.raises(node.NodeError, match="1 of 2 others are healthy"):
        remove.remove_member(node.Node(), "a", "10.0.0.1")


def test_a_member_that_never_started_is_found_by_its_address(load, monkeypatch):
    node, remove = load("slipway_node"), load("slipway_remove_node")
    found = {n: {"ID": i, "clientURLs": []} for i, n in enumerate(("https://10.0.0.1:2380", "b", "c"))}
    monkeypatch.setattr(remove, "members", lambda: found)
    monkeypatch.setattr(remove, "survivors", lambda _: {1: "https://b:2379", 2: "https://c:2379"})
    doer = node.Node(check=True)
    remove.remove_member(doer, "a", "10.0.0.1")
    assert doer.changes == ["removed etcd member a"]


def test_the_token_of_a_join_lives_minutes_and_only_authenticates(load):
    token = load("slipway_join").token("abcdef", "0123456789abcdef")
    assert token["metadata"]["name"] == "bootstrap-token-abcdef"
    assert {key for key in token["stringData"] if key.startswith("usage")} == {
        "usage-bootstrap-authentication"
    }
    assert token["stringData"]["expiration"].endswith("Z")


def test_the_endpoint_is_carried_by_the_interface_of_the_default_route(load):
    node, files = load("slipway_node"), load("slipway_files")
    routes = "Iface Destination Gateway Flags\nens3 0000A8C0 00000000 0001\nens4 00000000 0100A8C0 0003\n"
    assert files.default_interface(routes) == "ens4"
    with pytest.raises(node.NodeError, match="name endpoint"):
        files.default_interface("Iface Destination\n")


def test_units_are_started_in_one_call_and_reloaded_where_their_files_changed(load, monkeypatch, tmp_path):
    node, files = load("slipway_node"), load("slipway_files")
    monkeypatch.setattr(files, "active_units", lambda _: {"a", "b"})
    monkeypatch.setattr(files, "WANTS", tmp_path)
    for unit in "abcd":
        (tmp_path / f"{unit}.service").symlink_to("anywhere")
    services = [
        {"name": "a", "files": ["/a"], "reload": True},
        {"name": "b", "files": ["/b"], "reload": False},
        {"name": "c", "files": ["/c"], "reload": True},
        {"name": "d", "files": [], "reload": True},
    ]
    doer = node.Node(check=True)
    files.take_up(doer, services, {"/a", "/c"})
    assert doer.changes == ["start: c d", "reload: a"]


def test_a_machines_memory_is_what_its_kubelet_will_see(load):
    """Not what sysinfo(2) says: in a container whose /proc/meminfo is its own that is the host's."""
    meminfo = "MemTotal:        2097152 kB\nMemFree:         1802504 kB\n"
    assert load("slipway_files").memory_of(meminfo) == 2 << 30


def test_what_the_kubelet_last_called_an_error_is_passed_on(load):
    journal = """\
Starting kubelet.service - kubelet...
I1124 17:15:54.481063    8804 policy_none.go:47] "Start"
E1124 17:15:54.481093    8804 kubelet.go:1850] "Failed to start ContainerManager" err="invalid Node Allocatable"
kubelet.service: Main process exited, code=exited, status=1/FAILURE
"""
    said = '"Failed to start ContainerManager" err="invalid Node Allocatable"'
    assert load("slipway_kubelet").last_error(journal) == f"; its kubelet says: {said}"
    assert load("slipway_kubelet").last_error("Started kubelet.service - kubelet.\n") == ""
