"""`build`, `list_bundles` and `verify`, with tools that are quick: whole or nothing, and never twice."""

import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest

from provisioning.bundles import build, gomod, list_bundles, verify
from provisioning.bundles.images import release_images
from provisioning.bundles.manifest import STAMPS
from provisioning.versions import IMAGE_REPOSITORY, find
from slipway.kernel.errors import Actor, SlipwayError

BUNDLE = "bundles/1.37.2-amd64"


def build_it(tools, **more):
    return build("1.37.2", tools.cache, "gomod", "amd64", **more)


def flip_a_byte(path: Path, *, keep_times: bool = False) -> None:
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    if keep_times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_build_makes_a_bundle_that_lists_and_verifies(tools):
    made = build_it(tools)
    assert list_bundles(tools.cache) == [made]
    assert verify("1.37", tools.cache, "amd64") == made
    assert (made.version, made.arch, made.source) == ("1.37.2", "amd64", "gomod")
    assert f"{IMAGE_REPOSITORY}/kube-apiserver:v1.37.2" in made.images
    manifest = json.loads((made.path / "manifest.json").read_text())
    assert set(manifest["files"]) == {
        "bin/kubeadm", "bin/kubelet", "bin/kubectl", "bin/etcdctl", "bin/etcdutl", "bin/flannel",
        "images/images.tar", "rootfs.tar",
    }  # fmt: skip
    assert manifest["components"]["etcd"] == "3.7.0"


def test_nothing_else_is_left_in_the_cache(tools):
    build_it(tools)
    names = {p.name for p in (tools.cache / "bundles").iterdir()}
    assert names == {"1.37.2-amd64", ".1.37.2-amd64.lock"}
    assert {p.name for p in (tools.cache / BUNDLE).iterdir()} == {
        "bin",
        "images",
        "rootfs.tar",
        "manifest.json",
        STAMPS,
    }


def test_kubectl_of_the_bundle_is_offered_beside_our_other_tools(tools):
    made = build("1.37.2", tools.cache, "gomod")
    assert (tools.cache / "bin/kubectl").resolve() == (made.path / "bin/kubectl").resolve()


def test_built_once_unless_forced(tools):
    build_it(tools)
    calls = len(tools.calls("go"))
    build_it(tools)
    assert len(tools.calls("go")) == calls
    build_it(tools, force=True)
    assert len(tools.calls("go")) > calls


def test_an_image_that_came_later_is_added_and_nothing_else_is_built_again(tools, monkeypatch):
    later, whole = "openstack-cloud-controller-manager", release_images(find("1.37.2"))
    monkeypatch.setattr(gomod, "release_images", lambda _: [i for i in whole if i.name != later])
    before = build_it(tools)
    monkeypatch.undo()
    calls, kubelet = len(tools.calls("go")), (before.path / "bin/kubelet").read_bytes()
    after = build_it(tools)
    built = [line for line in tools.calls("go")[calls:] if line.startswith("build")]

    assert {n for n in after.images if n not in before.images} == {
        i.reference for i in whole if i.name == later
    }
    assert len(built) == 1
    assert later in built[0]
    assert (after.path / "bin/kubelet").read_bytes() == kubelet
    assert verify("1.37.2", tools.cache, "amd64") == after
    with tarfile.open(after.path / "images/images.tar") as tar:
        names = tar.getnames()
        index = json.load(tar.extractfile("index.json"))["manifests"]
        blobs = {f"blobs/sha256/{entry['digest'][7:]}" for entry in index}
    assert len(set(names)) == len(names)
    assert blobs <= set(names)
    assert len(index) == len(after.images)


def test_what_only_its_publisher_has_is_in_no_bundle_of_go_modules(tools):
    images = " ".join(build_it(tools).images)
    assert "openstack-cloud-controller-manager" in images
    assert "cinder-csi-plugin" not in images


def test_the_same_inputs_give_the_same_files(tools):
    def files():
        return json.loads((tools.cache / BUNDLE / "manifest.json").read_text())["files"]

    build_it(tools)
    first = files()
    build_it(tools, force=True)
    assert files() == first


def test_programs_are_built_for_the_architecture_asked_for(tools):
    tools.replace("go", (tools.cache / "bin/go").read_text().replace('echo "$@"', 'echo "$GOARCH $@"'))
    made = build("1.37.2", tools.cache, "gomod", "arm64")
    assert made.path.name == "1.37.2-arm64"
    assert {line.split()[0] for line in tools.calls("go")} == {"arm64"}
    assert all("--architectures=arm64" in line for line in tools.calls("mmdebstrap"))


@pytest.mark.parametrize("name", ["bin/kubelet", "images/images.tar", "rootfs.tar"])
def test_one_wrong_byte_is_found_and_named(tools, name):
    build_it(tools)
    flip_a_byte(tools.cache / BUNDLE / name, keep_times=True)
    with pytest.raises(SlipwayError) as caught:
        verify("1.37.2", tools.cache, "amd64")
    assert caught.value.code == "BundleCorrupt"
    assert caught.value.actor is Actor.OPERATOR
    assert name in caught.value.message
    assert "slipway bundle build 1.37.2 --force" in caught.value.message


def test_a_changed_file_is_found_without_reading_the_others(tools):
    build_it(tools)
    flip_a_byte(tools.cache / BUNDLE / "bin/kubelet")
    with pytest.raises(SlipwayError, match="bin/kubelet: wrong checksum"):
        build_it(tools)  # finds what it would use again to be wrong


@pytest.mark.parametrize("damage", ["missing", "shorter"])
def test_a_file_that_is_gone_or_cut_short(tools, damage):
    build_it(tools)
    file = tools.cache / BUNDLE / "rootfs.tar"
    file.unlink() if damage == "missing" else file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SlipwayError, match=r"rootfs\.tar"):
        build_it(tools)
    assert build_it(tools, force=True)
    assert verify("1.37.2", tools.cache, "amd64")


def test_a_copy_with_other_times_is_right(tools):
    build_it(tools)
    os.utime(tools.cache / BUNDLE / "rootfs.tar", (1, 1))
    calls = len(tools.calls("go"))
    build_it(tools)
    assert len(tools.calls("go")) == calls


def test_an_unreadable_manifest_is_corrupt_too(tools):
    build_it(tools)
    (tools.cache / BUNDLE / "manifest.json").write_text("{")
    with pytest.raises(SlipwayError, match=r"manifest\.json: unreadable"):
        verify("1.37.2", tools.cache, "amd64")


def test_no_bundle_says_how_to_make_one(tools):
    with pytest.raises(SlipwayError, match=r"slipway bundle build 1\.36\.3") as caught:
        verify("1.36", tools.cache, "amd64")
    assert caught.value.code == "BundleMissing"


def test_a_failing_tool_leaves_nothing_and_says_its_last_words(tools):
    tools.replace("mmdebstrap", "#!/bin/sh\necho 'E: no such mirror' >&2\nexit 2\n")
    with pytest.raises(SlipwayError) as caught:
        build_it(tools)
    assert caught.value.code == "BundleBuildFailed"
    assert "E: no such mirror" in caught.value.foreign
    assert list_bundles(tools.cache) == []
    assert {p.name for p in (tools.cache / "bundles").iterdir()} == {".1.37.2-amd64.lock"}


def test_a_failing_rebuild_keeps_the_bundle(tools):
    build_it(tools)
    tools.replace("mmdebstrap", "#!/bin/sh\nexit 2\n")
    with pytest.raises(SlipwayError):
        build_it(tools, force=True)
    assert verify("1.37.2", tools.cache, "amd64")


def test_a_full_disk_is_told_as_such(tools):
    tools.replace("go", "#!/bin/sh\necho 'write /x: no space left on device' >&2\nexit 1\n")
    with pytest.raises(SlipwayError, match="free at") as caught:
        build_it(tools)
    assert caught.value.code == "DiskFull"


def test_a_missing_tool_is_named_with_its_package(tools, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tools.cache / "bin/mmdebstrap").unlink()
    with pytest.raises(SlipwayError, match="apt-get install mmdebstrap") as caught:
        build_it(tools)
    assert caught.value.code == "ToolMissing"


def start(tools, *more):
    return subprocess.Popen(
        [sys.executable, "-m", "provisioning.bundles", "build", "1.37.2", "--source", "gomod", "--arch",
         "amd64", "--cache", str(tools.cache), *more],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_build_is_no_bundle_and_the_next_one_succeeds(tools):
    working = (tools.cache / "bin/mmdebstrap").read_text()
    tools.replace("mmdebstrap", "#!/bin/sh\ntouch {folder}/begun\nexec sleep 60\n")
    with start(tools) as process:
        wait_for((tools.folder / "begun").exists)
        os.killpg(process.pid, signal.SIGKILL)
    assert list_bundles(tools.cache) == []
    assert (tools.cache / "bundles/.1.37.2-amd64.building").exists()
    tools.replace("mmdebstrap", working)
    build_it(tools)
    assert verify("1.37.2", tools.cache, "amd64")
    assert not (tools.cache / "bundles/.1.37.2-amd64.building").exists()


def test_two_builds_at_once_build_once(tools):
    working = (tools.cache / "bin/mmdebstrap").read_text()
    tools.replace(
        "mmdebstrap", "#!/bin/sh\nuntil [ -e {folder}/go-on ]; do sleep 0.02; done\n" + working[10:]
    )
    with start(tools) as first:
        wait_for(lambda: len(tools.calls("go")) > 15)
        lines: list[str] = []
        second = threading.Thread(target=build_it, args=(tools,), kwargs={"progress": lines.append})
        second.start()
        wait_for(lambda: lines)
        assert lines == [f"process {first.pid} is at building 1.37.2-amd64 already: waiting for it"]
        (tools.folder / "go-on").touch()
        second.join()
        assert first.wait() == 0
    calls = [line.split() for line in tools.calls("go") if line.startswith("build")]
    built = [package for call in calls for package in call[call.index("-o") + 2 :]]
    assert len(set(built)) == len(built) > 10


def test_the_command_tells_elapsed_time_and_exits_1_on_errors(tools):
    with start(tools) as process:
        assert process.wait() == 0
        assert process.stdout
        assert " s  built kubelet: 0 MiB" in process.stdout.read()
    bad = subprocess.run(
        [sys.executable, "-m", "provisioning.bundles", "verify", "1.2.3", "--cache", str(tools.cache)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert bad.returncode == 1
    assert "VersionNotOnOffer" in bad.stderr
