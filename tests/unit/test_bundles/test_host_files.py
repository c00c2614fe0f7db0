"""When the files for hosts are made, kept and made again; apt is a stand-in."""

import hashlib
import tarfile

import pytest

from provisioning.bundles import host_packages
from provisioning.bundles.host_files import ensure_host_files

APT_GET = """#!/bin/sh
echo "$@" >> {folder}/apt-get.log
for option in "$@"; do case $option in Dir::Cache=*) cache=${option#Dir::Cache=} ;; esac; done
case "$*" in
  *indextargets*) echo 'Debian|bookworm|http://mirror.test/debian' ;;
  *install*) echo one > "$cache/archives/one_1_amd64.deb"; echo two > "$cache/archives/two_2_all.deb" ;;
esac
"""
DPKG_DEB = '#!/bin/sh\necho "Package: $(basename "$2" | cut -d_ -f1)"\necho "Version: 1"\n'


@pytest.fixture(autouse=True)
def _apt(tools, cache, tmp_path, monkeypatch):
    tools.replace("apt-get", APT_GET)
    tools.replace("dpkg-deb", DPKG_DEB)
    for name in ("debian-archive-keyring.gpg", "ubuntu-archive-keyring.gpg"):
        (tmp_path / name).touch()
    monkeypatch.setattr(host_packages, "KEYRINGS", tmp_path)


def installs(tools):
    return [call for call in tools.calls("apt-get") if " install " in call]


def members(path):
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}


def test_made_once_and_found(tools, cache):
    made = ensure_host_files("1.37.2", ["debian-12", "fedora-41"], cache)

    assert ensure_host_files("1.37", ["debian-12"], cache) == made
    assert len(installs(tools)) == 1
    assert sorted(p.name for p in made.path.iterdir()) == [
        "images", "images.tar", "packages-debian-12.tar", "programs.tar",
    ]  # fmt: skip


def test_packages_of_another_system_are_added_later(tools, cache):
    made = ensure_host_files("1.37.2", ["debian-12"], cache)
    again = ensure_host_files("1.37.2", ["debian-12", "ubuntu-24.04"], cache)

    assert again == made
    assert (made.path / "packages-ubuntu-24.04.tar").exists()
    assert len(installs(tools)) == 2


def test_packages_are_indexed_for_apt_with_their_checksums(cache):
    made = ensure_host_files("1.37.2", ["debian-12"], cache)
    found = members(made.path / "packages-debian-12.tar")

    assert {"install", "Packages.gz", "one_1_amd64.deb", "two_2_all.deb"} <= found.keys()
    assert (
        f"{hashlib.sha256(b'one' + bytes([10])).hexdigest()}  one_1_amd64.deb\n"
        in found["SHA256SUMS"].decode()
    )
    assert "containerd" in found["install"].decode()


def test_a_host_gets_programs_and_units_but_keeps_its_own_ways(cache):
    made = ensure_host_files("1.37.2", [], cache)
    found = members(made.path / "programs.tar")

    assert {
        "usr/bin/kubelet",
        "etc/slipway/containerd.toml",
        "etc/systemd/system/kubelet.service",
    } <= found.keys()
    assert not [
        name
        for name in found
        if name.startswith("boot/")
        or any(word in name for word in ("ssh", "journald", "getty", "logind"))
        or name == "etc/containerd/config.toml"
    ]
    sums = dict(
        reversed(line.split("  ")) for line in found.pop("etc/slipway/SHA256SUMS").decode().splitlines()
    )
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_a_failure_leaves_nothing_that_counts_as_made(tools, cache):
    tools.replace("dpkg-deb", "#!/bin/sh\nexit 1\n")
    with pytest.raises(Exception, match="dpkg-deb"):
        ensure_host_files("1.37.2", ["debian-12"], cache)

    tools.replace("dpkg-deb", DPKG_DEB)
    made = ensure_host_files("1.37.2", ["debian-12"], cache)
    assert (made.path / "packages-debian-12.tar").exists()
    assert not list(made.path.parent.glob("*.making"))
