"""The OCI archive writer: what a container runtime will find in it."""

import hashlib
import json
import tarfile
from io import BytesIO

import pytest

from provisioning.bundles.oci import ImageConfig, LayerContent, OciArchive


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program"
    path.write_bytes(b"\x7fELF" + bytes(1000))
    return path


def write(path, program, arch="amd64"):
    with OciArchive(path, arch) as archive:
        base = archive.layer(LayerContent({"usr/sbin/tool": program}))
        own = archive.layer(LayerContent({"usr/bin/program": program}, {"usr/bin/alias": "program"}))
        archive.image("example.test/one:v1", [base, own], ImageConfig(("/usr/bin/program",), user="65535"))
        archive.image("example.test/two:v2", [base], ImageConfig())
    return path


def members(path):
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}


def blob(files, descriptor):
    return files["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")]


def test_the_same_input_gives_the_same_bytes(tmp_path, program):
    first = write(tmp_path / "a.tar", program).read_bytes()
    program.touch()
    assert write(tmp_path / "b.tar", program).read_bytes() == first


def test_other_input_gives_other_digests(tmp_path, program):
    first = members(write(tmp_path / "a.tar", program))
    program.write_bytes(b"other")
    assert members(write(tmp_path / "b.tar", program))["index.json"] != first["index.json"]


def test_every_blob_is_what_its_name_says_and_is_stored_once(tmp_path, program):
    with tarfile.open(write(tmp_path / "a.tar", program)) as tar:
        names = tar.getnames()
        assert len(set(names)) == len(names)
        blobs = [name for name in names if name.startswith("blobs/")]
        for name in blobs:
            assert hashlib.sha256(tar.extractfile(name).read()).hexdigest() == name.rpartition("/")[2]
    assert len(blobs) == 2 + 2 + 2  # layers (one of them shared), configs, manifests


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_images_have_names_architecture_and_start(tmp_path, program, arch):
    files = members(write(tmp_path / "a.tar", program, arch))
    index = json.loads(files["index.json"])["manifests"]
    assert [m["annotations"]["io.containerd.image.name"] for m in index] == [
        "example.test/one:v1",
        "example.test/two:v2",
    ]
    manifest = json.loads(blob(files, index[0]))
    config = json.loads(blob(files, manifest["config"]))
    assert (config["architecture"], config["os"]) == (arch, "linux")
    assert config["config"]["Entrypoint"] == ["/usr/bin/program"]
    assert config["config"]["User"] == "65535"
    assert config["rootfs"]["diff_ids"] == [layer["digest"] for layer in manifest["layers"]]


def test_a_layer_has_parents_tmp_programs_and_links(tmp_path, program):
    files = members(write(tmp_path / "a.tar", program))
    manifest = json.loads(blob(files, json.loads(files["index.json"])["manifests"][0]))
    with tarfile.open(fileobj=BytesIO(blob(files, manifest["layers"][1]))) as layer:
        assert layer.getnames() == ["tmp", "usr", "usr/bin", "usr/bin/program", "usr/bin/alias"]
        assert layer.getmember("usr/bin/program").mode == 0o755
        assert layer.getmember("tmp").mode == 0o1777
        assert layer.getmember("usr/bin/alias").linkname == "program"


def test_an_archive_that_failed_has_no_index(tmp_path):
    class Interrupted(Exception):  # noqa: N818
        pass

    path = tmp_path / "a.tar"
    with pytest.raises(Interrupted), OciArchive(path, "amd64"):
        raise Interrupted
    assert "index.json" not in members(path)
