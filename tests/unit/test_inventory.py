"""What a run is given: an inventory that playbooks/README.md describes, in files that are private and go away."""

import json
import stat
from dataclasses import replace

import pytest

from provisioning.ansible.private_data import private_data
from provisioning.ansible.topology import ClusterTopology, NodeTarget, StorageClass
from provisioning.identity.ssh_access import SshAccess

TOPOLOGY = ClusterTopology(
    name="web",
    uid="u-1",
    version="1.37.2",
    endpoint_address="10.0.0.9",
    endpoint_kind="virtual_ip",
    pod_cidr="10.244.0.0/16",
    service_cidr="10.96.0.0/16",
    nodes=(
        NodeTarget("web-cp-1", "10.0.0.1", "control_plane"),
        NodeTarget(
            "web-w-1",
            "10.0.0.2",
            "worker",
            {"pool": "a"},
            ("gpu=yes:NoSchedule",),
            cpu=2,
            memory=4 << 30,
            reach="203.0.113.2",
            provider_id="openstack:///7",
        ),
    ),
    image_repository="example.test/k8s",
    public_address="203.0.113.9",
    image_versions={"flannel": "0.1"},
    storage_classes=(StorageClass("fast", "/srv/fast", default=True),),
)
FILES = {"pki/ca.key": b"KEY", "nodes/web-w-1/kubelet.conf": b"CONF"}


@pytest.fixture
def root():
    with private_data(
        TOPOLOGY, {"slipway_via": "web-cp-1"}, FILES, "SSH KEY", "10.0.0.1 ssh-ed25519 AAAA"
    ) as path:
        yield path


def test_hosts_are_in_the_group_of_their_role_with_what_they_offer(root):
    groups = json.loads((root / "inventory" / "hosts.yml").read_text())["all"]["children"]
    assert list(groups["control_planes"]["hosts"]) == ["web-cp-1"]
    worker = groups["workers"]["hosts"]["web-w-1"]
    assert (worker["ansible_host"], worker["slipway_address"]) == ("203.0.113.2", "10.0.0.2")
    assert groups["control_planes"]["hosts"]["web-cp-1"]["ansible_host"] == "10.0.0.1"
    assert worker["slipway_node"] == {
        "cpu": 2,
        "memory": 4 << 30,
        "labels": {"pool": "a"},
        "taints": ["gpu=yes:NoSchedule"],
        "provider_id": "openstack:///7",
    }


def test_the_cluster_is_one_variable(root):
    variables = json.loads((root / "inventory" / "hosts.yml").read_text())["all"]["vars"]
    cluster = variables["slipway_cluster"]
    assert cluster["endpoint"] == {"address": "10.0.0.9", "public": "203.0.113.9", "kind": "virtual_ip"}
    assert cluster["storage_classes"] == [
        {"name": "fast", "node_path": "/srv/fast", "volume_type": "", "default": True}
    ]
    assert (root / "identity" / "pki" / "ca.key").read_bytes() == b"KEY"
    assert variables["slipway_identity"] == str(root / "identity")


def test_host_keys_are_checked_where_they_are_known(root):
    arguments = json.loads((root / "inventory" / "hosts.yml").read_text())["all"]["vars"][
        "ansible_ssh_common_args"
    ]
    assert "StrictHostKeyChecking=yes" in arguments
    with private_data(TOPOLOGY, {}, {}, "KEY", "") as other:
        text = (other / "inventory" / "hosts.yml").read_text()
    assert "StrictHostKeyChecking=accept-new" in text


def test_nobody_else_can_read_any_of_it(root):
    for path in (root, *root.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_it_is_gone_afterwards_even_after_a_failure():
    with pytest.raises(RuntimeError), private_data(TOPOLOGY, {}, FILES, "KEY", "") as path:
        raise RuntimeError
    assert not path.exists()


def test_a_host_of_one_s_own_is_reached_as_its_owner_does():
    bastion = SshAccess("192.0.2.9", user="jump", key="JUMP KEY")
    access = SshAccess("10.0.0.7", "ops", 2222, "OPS KEY", "ssh-ed25519 AAAA", "horse", bastion)
    node = NodeTarget("web-w-2", "10.0.0.7", "worker", access=access)
    with private_data(replace(TOPOLOGY, nodes=(node,)), {}, {}, "SSH KEY", "known") as root:
        hosts = json.loads((root / "inventory" / "hosts.yml").read_text())["all"]["children"]
        found = hosts["workers"]["hosts"]["web-w-2"]
        folder = root / "access" / "web-w-2"

        assert (found["ansible_user"], found["ansible_port"]) == ("ops", 2222)
        assert (found["ansible_become"], found["ansible_become_password"]) == (True, "horse")
        assert f"-F {folder}/config" in found["ansible_ssh_common_args"]
        assert (folder / "machine.key").read_text() == "OPS KEY\n"
        assert (folder / "bastion.key").read_text() == "JUMP KEY\n"
        assert stat.S_IMODE((folder / "machine.key").stat().st_mode) == 0o600
