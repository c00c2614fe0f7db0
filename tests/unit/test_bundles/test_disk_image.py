"""When the disk image for clouds is made, kept, made again and removed; engine and tools are stand-ins."""

import hashlib

import pytest

from provisioning.bundles import debian
from provisioning.bundles import disk_image as module
from provisioning.bundles.disk_image import ensure_disk_image
from provisioning.bundles.node_image import ensure_node_image
from slipway.kernel.errors import SlipwayError


@pytest.fixture(autouse=True)
def _engine(engine):
    """Every test has one."""


def left(cache):
    """What lies beside the bundle, without locks."""
    return {p.name for p in (cache / "bundles").iterdir() if not p.name.endswith(".lock")} - {
        "1.37.2-amd64",
        "1.37.2-arm64",
    }


def disks(tools):
    return [call for call in tools.calls("mmdebstrap") if "cloud-init" in call]


def test_made_once_and_found(engine, tools, cache):
    made = ensure_disk_image("1.37.2", cache)

    assert ensure_disk_image("1.37", cache) == made
    assert made.path.read_text() == "disk\n"
    assert made.checksum == hashlib.sha256(b"disk\n").hexdigest()
    assert made.path.name.startswith(f"slipway-node-{made.release}-")
    assert len(tools.calls("qemu-img")) == len(disks(tools)) == 1
    assert [tag.partition(":")[0] for tag in engine.tags] == ["slipway-node"]
    assert len(left(cache)) == 3  # the image, its checksum, and the root file system for the next


@pytest.mark.parametrize("step", ["import", "fill", "write", "checksum"])
def test_a_kill_at_any_step_leaves_nothing_that_counts_as_made(engine, cache, monkeypatch, step):
    def die(_):
        raise KeyboardInterrupt(step)

    engine.dies_at = step
    with monkeypatch.context() as patch:
        if step == "checksum":
            patch.setattr(module, "sha256_of", die)
        with pytest.raises(KeyboardInterrupt):
            ensure_disk_image("1.37.2", cache)
    assert not [name for name in left(cache) if name.endswith(".qcow2")]
    engine.dies_at = ""
    assert ensure_disk_image("1.37.2", cache).path.exists()


def test_a_changed_node_file_makes_another_image_of_the_same_debian(tools, cache, monkeypatch):
    old = ensure_disk_image("1.37.2", cache)
    monkeypatch.setattr(module, "SIZE", 5 << 30)
    new = ensure_disk_image("1.37.2", cache)

    assert new.path != old.path
    assert not old.path.exists()
    assert len(disks(tools)) == 1
    assert len(left(cache)) == 3


def test_other_packages_make_another_debian_too(tools, cache, monkeypatch):
    ensure_disk_image("1.37.2", cache)
    monkeypatch.setattr(debian, "DISK_PACKAGES", ("cloud-init", "grub-pc"))
    ensure_disk_image("1.37.2", cache)

    assert len(disks(tools)) == 2
    assert len(left(cache)) == 3


def test_a_file_system_that_was_not_written_is_told_in_the_tools_words(engine, cache):
    ensure_node_image("1.37.2", cache)
    engine.said = (1, "mkfs.ext4: could not allocate block")
    with pytest.raises(SlipwayError, match="exit code 1") as caught:
        ensure_disk_image("1.37.2", cache)
    assert caught.value.code == "DiskImageFailed"
    assert "could not allocate" in caught.value.foreign


def test_a_host_without_loop_devices_is_told_what_to_load(engine, cache):
    ensure_node_image("1.37.2", cache)
    engine.said = (4, "mount: failed to set up loop device")
    with pytest.raises(SlipwayError, match="modprobe loop") as caught:
        ensure_disk_image("1.37.2", cache)
    assert caught.value.code == "DiskImageFailed"
    assert "failed to set up" in caught.value.foreign


@pytest.mark.parametrize(("arch", "starts"), [("amd64", True), ("arm64", False)])
def test_a_kernel_and_a_boot_loader_where_there_is_a_bios(tools, tmp_path, arch, starts):
    debian.disk_rootfs(tmp_path / "root.tar", arch, tools.cache)
    (call,) = disks(tools)
    assert ("linux-image-cloud" in call, "extlinux" in call) == (starts, starts)
    assert debian.disk_rootfs_id("amd64") != debian.disk_rootfs_id("arm64")


def test_a_missing_tool_is_told_before_anything_is_made(tools, cache, monkeypatch):
    (cache / "bin/qemu-img").unlink()
    monkeypatch.setenv("PATH", str(cache / "bin"))
    with pytest.raises(SlipwayError, match="qemu-utils") as caught:
        ensure_disk_image("1.37.2", cache)
    assert caught.value.code == "ToolMissing"
    assert disks(tools) == []
