"""Where bundles lie in the cache, and what is in one."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from slipway.kernel.errors import Actor, SlipwayError

ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}

NODE_BINARIES = ("kubeadm", "kubelet", "kubectl", "etcdctl", "etcdutl")
CNI_BINARY = "flannel"


def default_cache() -> Path:
    """`SLIPWAY_CACHE`, else `~/.cache/slipway`."""
    return Path(os.environ.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway").absolute()


def host_arch() -> str:
    """This machine's architecture in Go's and Debian's word for it."""
    return known_arch(platform.machine())


def known_arch(name: str) -> str:
    """`amd64` or `arm64`, by any of their names."""
    if name not in ARCHITECTURES:
        raise SlipwayError(
            "ArchitectureUnsupported",
            f"{name} is not supported: bundles are made for amd64 and arm64",
            actor=Actor.OPERATOR,
        )
    return ARCHITECTURES[name]


@dataclass(frozen=True, slots=True)
class BundleDir:
    """The files of one bundle, wherever the directory is."""

    root: Path

    @property
    def bin(self) -> Path:
        """Programs that nodes run: `NODE_BINARIES` and the flannel CNI plugin."""
        return self.root / "bin"

    @property
    def images(self) -> Path:
        """One OCI archive with every image of the release."""
        return self.root / "images/images.tar"

    @property
    def rootfs(self) -> Path:
        """A node's Debian root file system."""
        return self.root / "rootfs.tar"

    @property
    def manifest(self) -> Path:
        """Checksums of everything else."""
        return self.root / "manifest.json"


def bundles_root(cache: Path) -> Path:
    """The directory that holds all bundles of a cache."""
    return cache / "bundles"


def bundle_dir(cache: Path, version: str, arch: str) -> BundleDir:
    """Where the bundle of that version and architecture is, or will be."""
    return BundleDir(bundles_root(cache) / f"{version}-{arch}")
