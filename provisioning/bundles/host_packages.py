"""The Debian or Ubuntu packages that a node needs of its system, with all that they need themselves, as one tar.

A host installs those that it lacks, so that one tar serves every host of that system, whatever was installed there.
"""

import gzip
import hashlib
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from provisioning.bundles import debian
from provisioning.bundles.commands import find_tool, run
from provisioning.bundles.manifest import sha256_of
from slipway.kernel.errors import Actor, SlipwayError

KEYRINGS = Path("/usr/share/keyrings")
PACKAGES: Final = (
    "containerd", "runc", "containernetworking-plugins", "iptables", "nftables", "iproute2", "conntrack", "ethtool",
    "socat", "kmod", "procps", "ca-certificates", "python3", "haproxy", "keepalived",
)  # fmt: skip


class _System(NamedTuple):
    suite: str
    keyring: str
    components: str = "main"


SYSTEMS: Final = {
    "debian-12": _System("bookworm", "debian-archive-keyring.gpg"),
    "debian-13": _System("trixie", "debian-archive-keyring.gpg"),
    "ubuntu-22.04": _System("jammy", "ubuntu-archive-keyring.gpg", "main universe"),
    "ubuntu-24.04": _System("noble", "ubuntu-archive-keyring.gpg", "main universe"),
}


def packages_id(system: str) -> str:
    """Names what the tar is made of, whenever it was."""
    return hashlib.sha256(f"{SYSTEMS[system]} {PACKAGES} 1".encode()).hexdigest()[:12]


def host_packages(out: Path, system: str, arch: str, cache: Path) -> None:
    """Download them for a system on which nothing is installed, and index them for apt."""
    with TemporaryDirectory(dir=out.parent) as scratch:
        root = Path(scratch)
        _download(root, system, arch, cache)
        debs = sorted((root / "cache/archives").glob("*.deb"))
        index = "".join(_paragraph(deb, cache) for deb in debs)
        (root / "Packages.gz").write_bytes(gzip.compress(index.encode(), mtime=0))
        sums = "".join(f"{sha256_of(deb)}  {deb.name}\n" for deb in debs)
        (root / "SHA256SUMS").write_text(sums)
        (root / "install").write_text(" ".join(PACKAGES) + "\n")
        with tarfile.open(out, "w") as tar:
            for path in (root / "install", root / "SHA256SUMS", root / "Packages.gz", *debs):
                tar.add(path, arcname=path.name)


def _download(root: Path, system: str, arch: str, cache: Path) -> None:
    keyring = KEYRINGS / SYSTEMS[system].keyring
    if not keyring.exists():
        package = "ubuntu-keyring" if system.startswith("ubuntu") else "debian-archive-keyring"
        text = f"packages of {system} cannot be checked here without {keyring}: apt-get install {package}, or copy it"
        raise SlipwayError("KeyringMissing", text, actor=Actor.OPERATOR)
    for directory in ("lists/partial", "cache/archives/partial", "parts"):
        (root / directory).mkdir(parents=True)
    (root / "status").touch()  # nothing is installed
    (root / "sources").write_text("".join(f"{line}\n" for line in _sources(system, keyring, cache)))
    apt = [
        find_tool("apt-get", cache), "-qq", "--yes", "--download-only", "--no-install-recommends",
        *(word for option in _options(root, arch) for word in ("-o", option)),
    ]  # fmt: skip
    run([*apt, "update"], what=f"apt-get update for {system}")
    run([*apt, "install", *PACKAGES], what=f"the packages of {system}")


def _options(root: Path, arch: str) -> tuple[str, ...]:
    return (
        f"APT::Architecture={arch}",
        f"APT::Architectures::={arch}",
        "APT::Sandbox::User=root",
        f"Dir::State={root}",
        f"Dir::State::Lists={root}/lists",
        f"Dir::State::Status={root}/status",
        f"Dir::Cache={root}/cache",
        f"Dir::Etc::SourceList={root}/sources",
        f"Dir::Etc::SourceParts={root}/parts",
        f"Dir::Etc::PreferencesParts={root}/parts",
    )


def _sources(system: str, keyring: Path, cache: Path) -> list[str]:
    if system.startswith("debian"):
        lines = debian.sources(cache, SYSTEMS[system].suite)
    else:
        lines = debian.ubuntu_sources(SYSTEMS[system].suite, SYSTEMS[system].components)
    return [line.replace("deb ", f"deb [signed-by={keyring}] ", 1) for line in lines]


def _paragraph(deb: Path, cache: Path) -> str:
    """One entry of apt's index."""
    control = run([find_tool("dpkg-deb", cache), "--field", str(deb)]).strip()
    return f"{control}\nFilename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {sha256_of(deb)}\n\n"
