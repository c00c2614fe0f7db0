"""The bundle and the node image: real programs, a real engine, a real container that boots."""

import base64
import json
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from docker.models.containers import Container

from provisioning.bundles import build, verify
from provisioning.bundles.images import release_images
from provisioning.bundles.layout import bundle_dir, default_cache, host_arch
from provisioning.bundles.node_image import NodeImage, ensure_node_image, find_node_image
from provisioning.versions import DEFAULT, IMAGE_REPOSITORY, find

pytestmark = [pytest.mark.real, pytest.mark.timeout(3600), pytest.mark.xdist_group("bundle")]

CONTAINERD = "/var/lib/containerd"
LABEL = "slipway.dev/test"
CAPABILITIES = """chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease
audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read"""


@pytest.fixture(scope="session")
def node_image() -> NodeImage:
    build()
    return ensure_node_image()


@pytest.fixture(scope="session")
def bin_dir(node_image: NodeImage) -> Path:
    return bundle_dir(default_cache(), DEFAULT, host_arch()).bin


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """An SSH key pair for root, and another as the host's."""
    for name in ("root", "host"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    return tmp_path


@pytest.fixture
def start(
    engine: docker.DockerClient, node_image: NodeImage, keys: Path
) -> Iterator[Callable[..., Container]]:
    """Starts a node as simply as one can be started; its images are the seed's, copied."""
    made: list[Container] = []
    volume = engine.volumes.create(labels={LABEL: "bundle"})

    def start_node() -> Container:
        copy_images(engine, node_image, volume.name)
        host = engine.api.create_host_config(
            cap_add=capabilities(),
            cgroupns="private",
            security_opt=["seccomp=unconfined", "apparmor=unconfined"],
            device_cgroup_rules=["a *:* rwm"],
            tmpfs={"/tmp": "exec", "/run": "exec"},
            binds={volume.name: {"bind": CONTAINERD}},
        )
        environment = {
            "SSH_KEY": (keys / "root.pub").read_text().strip(),
            "SSH_HOST_KEY": base64.b64encode((keys / "host").read_bytes()).decode(),
            "DNS": "192.0.2.53 192.0.2.54",
        }
        created = engine.api.create_container(
            node_image.image,
            labels={LABEL: "bundle"},
            environment=environment,
            host_config={**host, "MaskedPaths": [], "ReadonlyPaths": []},  # /proc/sys is the node's own
        )
        node = engine.containers.get(created["Id"])
        made.append(node)
        node.start()
        return node

    yield start_node
    for node in made:
        node.remove(force=True, v=True)
    volume.remove(force=True)


def copy_images(engine: docker.DockerClient, node_image: NodeImage, volume: str) -> None:
    engine.containers.run(
        node_image.image,
        ["-a", "/seed/.", CONTAINERD],
        entrypoint="cp",
        remove=True,
        network_mode="none",
        volumes={
            node_image.seed_volume: {"bind": "/seed", "mode": "ro"},
            volume: {"bind": CONTAINERD},
        },
    )


def capabilities() -> list[str]:
    """Those that this machine has, of those that the oldest engine knows."""
    status = Path("/proc/self/status").read_text().splitlines()
    bounding = int(next(line for line in status if line.startswith("CapBnd")).split()[1], 16)
    return [name for bit, name in enumerate(CAPABILITIES.upper().split()) if bounding >> bit & 1]


def ssh(keys: Path, address: str, command: str) -> str:
    """Output of a command on the node; the host must show the key that it was given."""
    algorithm, public, *_ = (keys / "host.pub").read_text().split()
    (keys / "known_hosts").write_text(f"{address} {algorithm} {public}\n")
    options = {
        "UserKnownHostsFile": str(keys / "known_hosts"),
        "StrictHostKeyChecking": "yes",
        "BatchMode": "yes",
        "ConnectTimeout": "2",
    }
    flags = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    done = subprocess.run(
        ["ssh", "-i", str(keys / "root"), *flags, f"root@{address}", command],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise OSError(done.stderr)
    return done.stdout


def eventually(action: Callable[[], str], seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_building_again_does_nothing(node_image):
    started = time.monotonic()
    build()
    assert ensure_node_image() == find_node_image() == node_image
    assert time.monotonic() - started < 10


def test_every_byte_is_right(node_image):
    info = verify()
    assert info.version == DEFAULT
    known = release_images(find(DEFAULT))
    assert {i.reference for i in known if i.buildable} <= set(info.images) <= {i.reference for i in known}


def test_kubeadm_finds_every_image_that_it_asks_for(bin_dir):
    asked = subprocess.run(
        [bin_dir / "kubeadm", "config", "images", "list", "--image-repository", IMAGE_REPOSITORY,
         "--kubernetes-version", f"v{DEFAULT}"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert len(asked) == 7
    assert set(asked) <= set(verify().images)


@pytest.mark.parametrize("command", ["kubeadm version", "kubelet --version", "kubectl version --client"])
def test_programs_say_the_release(bin_dir, command):
    name, *arguments = command.split()
    done = subprocess.run([bin_dir / name, *arguments], capture_output=True, text=True, check=True)
    assert f"v{DEFAULT}" in done.stdout


def test_images_are_for_this_architecture(bin_dir):
    with tarfile.open(bin_dir.parent / "images/images.tar") as tar:
        for entry in json.load(tar.extractfile("index.json"))["manifests"]:
            manifest = json.load(tar.extractfile(f"blobs/sha256/{entry['digest'][7:]}"))
            config = json.load(tar.extractfile(f"blobs/sha256/{manifest['config']['digest'][7:]}"))
            assert config["architecture"] == host_arch()


def test_a_node_boots_answers_by_ssh_and_has_every_image(start, keys):
    node = start()
    began = time.monotonic()
    node.reload()
    address = node.attrs["NetworkSettings"]["IPAddress"]
    eventually(lambda: ssh(keys, address, "true"), 60)
    assert time.monotonic() - began < 60  # one second on a quiet machine; this one may be busy

    assert ssh(keys, address, "systemctl is-system-running --wait || systemctl --failed").strip() == "running"
    images = ssh(keys, address, "ctr -n k8s.io images ls -q").split()
    assert set(verify().images) <= set(images)
    assert ssh(keys, address, "cat /etc/kubernetes/resolv.conf").split()[1::2] == ["192.0.2.53", "192.0.2.54"]
    assert ssh(keys, address, "systemctl is-enabled kubelet containerd ssh haproxy || true").split() == [
        "enabled", "enabled", "enabled", "disabled",
    ]  # fmt: skip
    tools = (
        "kubeadm kubelet kubectl etcdctl etcdutl runc haproxy keepalived python3 openssl curl conntrack socat"
    )
    assert len(ssh(keys, address, f"command -v {tools}").split()) == len(tools.split())


def test_busybox_does_what_the_storage_add_on_asks_of_it(start, keys):
    node = start()
    node.reload()
    address = node.attrs["NetworkSettings"]["IPAddress"]
    image = next(name for name in verify().images if "/busybox:" in name)
    script = "mkdir -m 0777 -p /x/y && rm -rf /x && echo made and removed"
    command = f"ctr -n k8s.io run --rm --runc-binary runc {image} test sh -c '{script}'"
    eventually(lambda: ssh(keys, address, "ctr version"), 60)
    assert ssh(keys, address, command).strip() == "made and removed"
