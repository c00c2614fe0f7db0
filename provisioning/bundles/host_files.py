"""What plain hosts are made nodes with: one directory per bundle, from which everything is pushed to them.

It lies beside the bundle and carries the id of its content in its name. A directory that has its name is complete. The
packages of each system are added when the first host of that system is there.
"""

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.bundles.commands import disk_errors
from provisioning.bundles.host_packages import SYSTEMS, host_packages, packages_id
from provisioning.bundles.layout import CNI_BINARY, NODE_BINARIES, BundleDir, bundles_root, default_cache
from provisioning.bundles.locks import exclusive
from provisioning.bundles.manifest import Manifest
from provisioning.bundles.node_files import DISK_OVERLAY, NodeFile, node_files
from provisioning.bundles.progress import Progress, silent
from provisioning.bundles.store import open_bundle

HOST_OVERLAY: Final = Path(__file__).parent / "host"
UNITS: Final = "slipway-node.service containerd.service kubelet.service\n"
_LEFT_ALONE: Final = (
    "boot/",
    "etc/ssh/",
    "etc/systemd/journald",
    "etc/systemd/system.conf",
    "etc/cloud/",
    "etc/systemd/system/systemd-",
    "etc/systemd/system/getty@",
    "etc/systemd/system/serial-getty@",
)
_NO_USE: Final = ("usr/local/sbin/slipway-entrypoint", "usr/local/sbin/slipway-import-images")
_MOVED: Final = {
    "etc/containerd/config.toml": "etc/slipway/containerd.toml"
}  # the package's own stays as it is


@dataclass(frozen=True, slots=True)
class HostFiles:
    """A release for hosts."""

    path: Path
    checksum: str
    release: str


def ensure_host_files(
    version: str, systems: Iterable[str], cache: Path | None = None, *, progress: Progress = silent
) -> HostFiles:
    """The directory of the release's bundle, with packages of these systems; those not supported are left out."""
    cache = cache or default_cache()
    bundle, manifest = open_bundle(version, cache)
    wanted = sorted(set(systems) & SYSTEMS.keys())
    checksum = _content_id(manifest)
    path = bundles_root(cache) / f"hosts-{manifest.version}-{checksum}"
    lock = bundles_root(cache) / ".host-files.lock"
    if _complete(path, wanted):
        return HostFiles(path, checksum, manifest.version)
    with disk_errors(cache), exclusive(lock, f"making {path.name}", progress):
        if not path.exists():
            _make(path, bundle, manifest)
        for system in wanted:
            _add_packages(path, system, manifest.arch, cache, progress)
    return HostFiles(path, checksum, manifest.version)


def host_overlay(manifest: Manifest) -> list[NodeFile]:
    """Our own files on a host: those of a node, less what is the host's own business."""
    found = node_files(manifest, DISK_OVERLAY, HOST_OVERLAY)
    return [
        NodeFile(_MOVED.get(file.target, file.target), file.data)
        for file in found
        if file.target not in _NO_USE and not file.target.startswith(_LEFT_ALONE)
    ]


def _content_id(manifest: Manifest) -> str:
    digest = hashlib.sha256(f"{manifest.content_hash()} {UNITS} {sorted(map(packages_id, SYSTEMS))}".encode())
    for file in host_overlay(manifest):
        digest.update(f"{file.target} {file.mode:o} {len(file.data)}\n".encode() + file.data)
    return digest.hexdigest()[:12]


def _complete(path: Path, systems: list[str]) -> bool:
    return path.exists() and all((path / f"packages-{system}.tar").exists() for system in systems)


def _make(path: Path, bundle: BundleDir, manifest: Manifest) -> None:
    """Beside its place first. What earlier bundles of the release left goes."""
    fresh = path.with_name(f".{path.name}.making")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    os.link(bundle.images, fresh / "images.tar")
    (fresh / "images").write_text("\n".join(manifest.images) + "\n")
    _write_programs(fresh / "programs.tar", bundle, manifest)
    for old in path.parent.glob(f"hosts-{manifest.version}-*"):
        shutil.rmtree(old)
    fresh.rename(path)


def _write_programs(out: Path, bundle: BundleDir, manifest: Manifest) -> None:
    sums: list[str] = []
    with tarfile.open(out, "w") as tar:
        for name in (*NODE_BINARIES, CNI_BINARY):
            target = f"usr/lib/cni/{name}" if name == CNI_BINARY else f"usr/bin/{name}"
            _add(tar, target, (bundle.bin / name).read_bytes(), 0o755, sums)
        for file in host_overlay(manifest):
            _add(tar, file.target, file.data, file.mode, sums)
        _add(tar, "etc/slipway/units", UNITS.encode(), 0o644, sums)
        _add(tar, "etc/slipway/SHA256SUMS", "".join(sums).encode(), 0o644, [])


def _add(tar: tarfile.TarFile, target: str, data: bytes, mode: int, sums: list[str]) -> None:
    info = tarfile.TarInfo(target)
    info.size, info.mode = len(data), mode
    tar.addfile(info, io.BytesIO(data))
    sums.append(f"{hashlib.sha256(data).hexdigest()}  {target}\n")


def _add_packages(path: Path, system: str, arch: str, cache: Path, progress: Progress) -> None:
    """Kept in the cache: they change less often than releases do."""
    kept = bundles_root(cache) / f".packages-{system}-{arch}-{packages_id(system)}.tar"
    if not kept.exists():
        progress(f"downloading the packages of {system}")
        making = kept.with_suffix(".making")
        host_packages(making, system, arch, cache)
        for old in kept.parent.glob(f".packages-{system}-{arch}-*.tar"):
            old.unlink()
        making.rename(kept)
    if not (path / f"packages-{system}.tar").exists():
        os.link(kept, path / f"packages-{system}.tar")
