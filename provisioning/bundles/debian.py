"""Root file systems out of Debian packages: a node's, the base of images that call iptables, and busybox.

Nodes run Debian 12 whatever this machine runs: its systemd still knows cgroup v1, and its containerd and runc
are those that the releases on offer were proven with.
"""

import hashlib
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from provisioning.bundles.commands import find_tool, run

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
UBUNTU_MIRROR = "http://archive.ubuntu.com/ubuntu"
SECURITY = "http://deb.debian.org/debian-security"
HOOKS = Path(__file__).parent / "hooks"
NODE_PACKAGES = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "containerd", "runc", "containernetworking-plugins",
    "iptables", "nftables", "iproute2", "iputils-ping", "conntrack", "ethtool", "socat", "kmod", "procps",
    "netcat-openbsd", "ca-certificates", "openssl", "curl", "zstd", "python3", "haproxy", "keepalived",
)  # fmt: skip
DISK_PACKAGES = ("cloud-init", "ifupdown", "isc-dhcp-client", "netbase", "udev", "e2fsprogs")
DISK_HOOKS = ("node", "disk")
UNREAD = ("doc", "man", "locale", "info", "i18n", "lintian")
EPOCH = "1767225600"  # 2026-01-01: the same packages give the same bytes


def node_rootfs(out: Path, arch: str, cache: Path) -> None:
    """What a node runs on, services set as a node needs them (40 to 90 s)."""
    _mmdebstrap(out, arch, cache, NODE_PACKAGES, "minbase", f"--customize-hook={HOOKS / 'node'}")


def disk_rootfs(out: Path, arch: str, cache: Path) -> None:
    """The same for nodes that start from a disk image: with cloud-init and what a machine of its own needs."""
    hooks = (f"--customize-hook={HOOKS / name}" for name in DISK_HOOKS)
    _mmdebstrap(out, arch, cache, (*NODE_PACKAGES, *DISK_PACKAGES), "minbase", *hooks)


def disk_rootfs_id() -> str:
    """Names what `disk_rootfs` is made of, whenever it was."""
    hooks = (HOOKS.joinpath(name).read_text() for name in DISK_HOOKS)
    made_of = "\n".join((SUITE, *NODE_PACKAGES, *DISK_PACKAGES, *UNREAD, *hooks))
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


def netbase(out: Path, arch: str, cache: Path) -> None:
    """The layer under kube-proxy and flannel: iptables and nft with their libraries."""
    _mmdebstrap(out, arch, cache, ("iptables", "nftables"), "extract", f"--extract-hook={HOOKS / 'netbase'}")


def busybox(out: Path, arch: str, cache: Path) -> None:
    """Debian's static busybox."""
    with TemporaryDirectory(dir=out.parent) as scratch:
        package = Path(scratch) / "busybox.tar"
        _mmdebstrap(package, arch, cache, ("busybox-static",), "extract")
        with tarfile.open(package) as tar:
            program = tar.extractfile("./bin/busybox")
            if program is None:
                raise FileNotFoundError("busybox-static holds no /bin/busybox")
            out.write_bytes(program.read())


def sources(cache: Path, suite: str = SUITE) -> list[str]:
    """sources.list for a suite: the mirror that is named, else those this machine uses if it runs Debian."""
    mirror = os.environ.get("SLIPWAY_DEBIAN_MIRROR", "").rstrip("/")
    security = f"{mirror}-security" if mirror else ""
    if not mirror:
        mirror, security = _own_mirrors(cache)
    return [
        f"deb {mirror or MIRROR} {suite} main",
        f"deb {mirror or MIRROR} {suite}-updates main",
        f"deb {security or SECURITY} {suite}-security main",
    ]


def ubuntu_sources(suite: str, components: str) -> list[str]:
    """The same for Ubuntu: the mirror that is named, else its own."""
    mirror = os.environ.get("SLIPWAY_UBUNTU_MIRROR", "").rstrip("/") or UBUNTU_MIRROR
    return [f"deb {mirror} {suite}{part} {components}" for part in ("", "-updates", "-security")]


def _own_mirrors(cache: Path) -> tuple[str, str]:
    listing = run(
        [
            find_tool("apt-get", cache),
            "indextargets",
            "--format",
            "$(ORIGIN)|$(RELEASE)|$(REPO_URI)",
            "Created-By: Packages",
        ]
    )
    rows = [row.split("|") for row in listing.splitlines() if row.startswith("Debian|")]
    security = [uri for _, suite, uri in rows if suite.endswith("-security")]
    others = [uri for _, suite, uri in rows if not suite.endswith(("-security", "-backports"))]
    return next(iter(others), ""), next(iter(security), "")


def _mmdebstrap(
    out: Path, arch: str, cache: Path, packages: Sequence[str], variant: str, *options: str
) -> None:
    run(
        [
            find_tool("mmdebstrap", cache),
            "--quiet",
            "--format=tar",
            f"--variant={variant}",
            f"--architectures={arch}",
            f"--include={','.join(packages)}",
            '--aptopt=Apt::Install-Recommends "false"',
            *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in UNREAD),
            *options,
            SUITE,
            str(out),
            *sources(cache),
        ],
        env={"SOURCE_DATE_EPOCH": EPOCH, "LC_ALL": "C"},
        what=f"mmdebstrap for {packages[0]} and others",
    )
