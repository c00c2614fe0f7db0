"""What a node is made of, and the scripts that run on it."""

import os
import subprocess
import tarfile
from io import BytesIO

import pytest

from provisioning.bundles import build
from provisioning.bundles.node_files import DISK_OVERLAY, OVERLAY, content_id, node_tar
from provisioning.bundles.store import open_bundle


@pytest.fixture
def bundle(tools):
    build("1.37.2", tools.cache, "gomod", "amd64")
    return open_bundle("1.37.2", tools.cache, "amd64")


def test_the_node_is_debian_with_our_programs_and_files(bundle):
    with tarfile.open(fileobj=BytesIO(b"".join(node_tar(*bundle)))) as tar:
        names = tar.getnames()
        assert "./bin/busybox" in names  # the root file system
        assert {"usr/bin/kubeadm", "usr/bin/kubelet", "usr/lib/cni/flannel"} <= set(names)
        assert tar.extractfile("usr/bin/kubelet").read() == b"program kubelet\n"
        for script in ("slipway-entrypoint", "slipway-cgroups", "slipway-import-images"):
            assert tar.getmember(f"usr/local/sbin/{script}").mode == 0o755
        assert tar.getmember("etc/systemd/system/kubelet.service").mode == 0o644
        config = tar.extractfile("etc/containerd/config.toml").read().decode()
    assert 'sandbox_image = "slipway.dev/k8s/pause:3.10.2"' in config


def test_a_node_from_a_disk_is_another_debian_with_more_files(bundle, tmp_path):
    debian = tmp_path / "debian.tar"
    with tarfile.open(debian, "w") as tar:
        tar.addfile(tarfile.TarInfo("./usr/bin/cloud-init"))
    pieces = node_tar(*bundle, DISK_OVERLAY, debian=debian)
    with tarfile.open(fileobj=BytesIO(b"".join(pieces))) as tar:
        names = tar.getnames()
    assert "./usr/bin/cloud-init" in names
    assert "./bin/busybox" not in names
    assert {"usr/bin/kubeadm", "etc/cloud/cloud.cfg.d/90-slipway.cfg"} <= set(names)
    assert len(names) == len(set(names))  # a file of ours takes no other's place


def test_the_content_id_follows_bundle_files_and_settings(bundle, tools):
    _, manifest = bundle
    same = content_id(manifest)
    assert content_id(manifest.model_copy(update={"built_at": "2030-01-01T00:00:00Z"})) == same
    assert content_id(manifest, "VOLUME /var") != same
    assert content_id(manifest, "", DISK_OVERLAY) != same
    file = manifest.files["bin/kubelet"].model_copy(update={"sha256": "0" * 64})
    assert content_id(manifest.model_copy(update={"files": {**manifest.files, "bin/kubelet": file}})) != same


@pytest.fixture
def cgroup2(tmp_path):
    """A cgroup directory whose control files keep everything that is written to them."""
    (tmp_path / "init.scope").mkdir()
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu memory pids\n")
    (tmp_path / "cgroup.procs").write_text("1\n17\n")
    pipes = {}
    for name in ("cgroup.subtree_control", "init.scope/cgroup.procs"):
        os.mkfifo(tmp_path / name)
        pipes[name] = os.open(tmp_path / name, os.O_RDWR | os.O_NONBLOCK)
    yield tmp_path, lambda name: os.read(pipes[name], 4096).decode().split()
    for pipe in pipes.values():
        os.close(pipe)


def run_cgroups(folder):
    subprocess.run(["sh", OVERLAY / "usr/local/sbin/slipway-cgroups", folder], check=True)


def test_on_cgroup_v2_processes_move_aside_and_controllers_are_handed_down(cgroup2):
    folder, written = cgroup2
    run_cgroups(folder)
    assert written("init.scope/cgroup.procs") == ["1", "17"]
    assert written("cgroup.subtree_control") == ["+cpuset", "+cpu", "+memory", "+pids"]


def test_on_cgroup_v1_nothing_is_touched(tmp_path):
    (tmp_path / "memory").mkdir()
    run_cgroups(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["memory"]


def test_every_script_is_valid_shell():
    scripts = [*(OVERLAY / "usr/local/sbin").iterdir(), *(OVERLAY.parent / "hooks").iterdir()]
    assert len(scripts) == 8
    for script in scripts:
        subprocess.run(["sh", "-n", script], check=True)
        assert os.access(script, os.X_OK)
