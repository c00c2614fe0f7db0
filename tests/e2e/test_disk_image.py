"""The disk image on a computer of its own: from BIOS by its own kernel to a node that runs what kubeadm asks for.

The computer is emulated, so that a processor without virtualization does: minutes, where KVM takes seconds.
"""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.qemu import Computer
from support.ssh import new_key, ssh

from provisioning.bundles.disk_image import ensure_disk_image
from provisioning.bundles.layout import default_cache
from provisioning.bundles.store import open_bundle
from provisioning.drivers.contract import MachineRequest
from provisioning.drivers.openstack.userdata import user_data
from provisioning.versions import DEFAULT, IMAGE_REPOSITORY

pytestmark = [pytest.mark.real, pytest.mark.unhurried, pytest.mark.timeout(2 * 3600)]

GIB = 1 << 30
DISK = 10 * GIB
SLOW = 1800  # seconds that a step may take where every instruction is emulated
KUBEADM = f"""
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: {{name: node-1, imagePullPolicy: Never}}
timeouts: {{kubeletHealthCheck: {SLOW}s}}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v{DEFAULT}
imageRepository: {IMAGE_REPOSITORY}
encryptionAlgorithm: ECDSA-P256
networking: {{podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/16}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
"""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("computer")


@pytest.fixture(scope="module")
def computer(folder: Path) -> Iterator[Computer]:
    """With the user data that the openstack driver gives a server."""
    root, host = new_key(folder / "root"), new_key(folder / "host")
    request = MachineRequest("m", {}, "n", DEFAULT, "node-1", root.public, host.private)
    data = base64.b64decode(user_data(request)).decode()
    made = Computer(folder, ensure_disk_image(DEFAULT, default_cache()).path, DISK, data, request.hostname)
    (folder / "known").write_text(f"[127.0.0.1]:{made.port} {host.public}\n")
    try:
        yield made
        made.stop(600)  # last, whatever the order of the tests
    finally:
        made.remove()


@pytest.fixture(scope="module")
def inside(folder: Path, computer: Computer) -> Run:
    """A command there, by SSH with the key and the host key that cloud-init was given."""
    computer.wait_for("node-1 login:", SLOW)

    def command(words: str, patience: float = 120) -> str:
        key, known = folder / "root", folder / "known"
        return ssh(key, known, "127.0.0.1", words, patience, port=computer.port, handshake=60)

    return command


def test_the_serial_console_tells_of_the_start_and_ends_at_a_login(inside: Run, computer: Computer) -> None:
    assert "Linux version 6." in computer.console  # what Nova's console log shows
    assert "Cloud-init v." in computer.console


def test_every_service_came_up(inside: Run) -> None:
    inside("cloud-init status --wait")
    assert inside("systemctl --failed --no-legend --plain") == ""
    assert inside("systemctl is-system-running") == "running"
    assert inside("cloud-init status") == "status: done"


def test_the_file_system_is_the_whole_disk_and_has_grown_to_it(inside: Run) -> None:
    assert inside("findmnt -no SOURCE,FSTYPE /").split() == ["/dev/vda", "ext4"]
    assert int(inside("df --output=size -B1 / | tail -1")) > 0.95 * DISK


def test_it_has_a_name_and_identity_of_its_own(inside: Run) -> None:
    assert inside("hostname") == "node-1"
    assert len(inside("cat /etc/machine-id")) == 32
    assert inside("ls /etc/ssh/ssh_host_*_key") == "/etc/ssh/ssh_host_ed25519_key"  # the one that was given


def test_the_network_comes_up_by_dhcp(inside: Run) -> None:
    assert "10.0.2." in inside("ip -4 -o address show eth0")
    assert inside("ip -4 route show default").split()[2] == "10.0.2.2"


def test_the_kernel_is_ready_for_pods(inside: Run) -> None:
    inside("ls -d /sys/module/overlay /sys/module/br_netfilter /sys/module/vxlan /sys/module/nf_tables")
    inside("ls -d /sys/module/nf_conntrack")
    assert inside("sysctl -n net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables").split() == ["1", "1"]
    assert int(inside("prlimit --pid $(pidof containerd) --nofile --raw --noheadings -o SOFT")) >= 65536


def test_containerd_has_every_image(inside: Run) -> None:
    _, manifest = open_bundle(DEFAULT, default_cache())
    assert inside("systemctl is-active containerd") == "active"
    assert set(manifest.images) <= set(inside("ctr -n k8s.io images ls -q").split())


def test_the_kernel_has_what_the_pod_network_is_made_of(inside: Run) -> None:
    inside("ip link add probe type vxlan id 1 dstport 8472 dev eth0 && ip link delete probe")
    # as kube-proxy spreads a Service over its endpoints
    inside(
        "nft 'table ip probe { chain spread { type nat hook prerouting priority dstnat;"
        " ip daddr 10.96.0.1 tcp dport 443 dnat to numgen random mod 2 map { 0 : 10.244.0.2, 1 : 10.244.0.3 } ; } ;"
        " chain leave { type nat hook postrouting priority srcnat; meta mark 0x4000 masquerade ; } ; }'"
        " && nft delete table ip probe"
    )


def test_the_kubelet_runs_what_kubeadm_asks_for(inside: Run) -> None:
    """etcd, alone: emulated on a busy machine, an API server misses the time limits that it sets itself."""
    assert inside("kubeadm version -o short") == f"v{DEFAULT}"
    inside(f"echo {base64.b64encode(KUBEADM.encode()).decode()} | base64 -d > kubeadm.yaml")
    for phase in ("preflight", "certs all", "kubeconfig kubelet", "etcd local", "kubelet-start"):
        said = inside(f"kubeadm init phase {phase} --config kubeadm.yaml 2>&1; echo exit code $?")
        assert said.endswith("exit code 0"), said[-3000:]
    assert inside("curl -sS --fail http://127.0.0.1:2381/health", SLOW) == '{"health":"true","reason":""}'
