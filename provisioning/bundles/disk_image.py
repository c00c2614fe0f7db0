"""The node as a disk image for clouds: one qcow2 per bundle, with everything in it that a node needs.

It lies beside the bundle and carries the id of its content in its name, as the node image does. An image that has
its name is complete, and so is its checksum. What earlier bundles of the release left is removed then.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioning.bundles import debian
from provisioning.bundles.commands import disk_errors, find_tool, run
from provisioning.bundles.disk_file_system import SCRIPT, write_file_system
from provisioning.bundles.engine import connected
from provisioning.bundles.layout import BundleDir, bundles_root, default_cache
from provisioning.bundles.locks import exclusive
from provisioning.bundles.manifest import Manifest, sha256_of
from provisioning.bundles.node_files import DISK_OVERLAY, content_id, node_tar
from provisioning.bundles.node_image import ensure_node_image
from provisioning.bundles.progress import Progress, silent
from provisioning.bundles.store import open_bundle

SIZE = 4 << 30  # of the file system; it grows to its disk at the first start


@dataclass(frozen=True, slots=True)
class DiskImage:
    """What a cloud's machines start from."""

    path: Path
    checksum: str  # sha256
    release: str


def ensure_disk_image(
    version: str = "", cache: Path | None = None, *, progress: Progress = silent
) -> DiskImage:
    """The image of the release's bundle; made (2 to 4 minutes) if the bundle or node files changed."""
    cache = cache or default_cache()
    bundle, manifest = open_bundle(version, cache)
    settings = f"{debian.disk_rootfs_id(manifest.arch)} {SIZE} {SCRIPT.read_text()}"
    name = f"slipway-node-{manifest.version}-{content_id(manifest, settings, DISK_OVERLAY)}.qcow2"
    path = bundles_root(cache) / name
    lock = path.with_name(".disk-image.lock")  # of every release: they share a root file system
    if not path.exists():
        with disk_errors(cache), exclusive(lock, f"making {name}", progress):
            if not path.exists():
                _make(path, bundle, manifest, cache, progress)
                _remove_superseded(path, manifest.version)
    return DiskImage(path, _checksum_file(path).read_text().strip(), manifest.version)


def _make(path: Path, bundle: BundleDir, manifest: Manifest, cache: Path, progress: Progress) -> None:
    """A file system, then the image of it beside its place, its checksum, and last its name."""
    convert = find_tool("qemu-img", cache)
    seed = ensure_node_image(manifest.version, cache, progress=progress).seed_volume
    rootfs = _root_file_system(manifest.arch, cache, progress)
    with _scratch(path.with_name(f".{path.stem}.making")) as scratch:
        raw, fresh = scratch / f"{path.stem}.raw", scratch / path.name
        with raw.open("wb") as file:
            file.truncate(SIZE)
        progress("writing the node's file system")
        with connected() as engine:
            write_file_system(engine, raw, node_tar(bundle, manifest, DISK_OVERLAY, debian=rootfs), seed)
        progress(f"writing {path.name}")
        run([convert, "convert", "-f", "raw", "-O", "qcow2", str(raw), str(fresh)])
        _checksum_file(path).write_text(sha256_of(fresh) + "\n")
        fresh.rename(path)
    progress(f"{path} is ready")


def _root_file_system(arch: str, cache: Path, progress: Progress) -> Path:
    """Debian with cloud-init and a kernel. Kept in the cache: it changes less often than releases do."""
    path = bundles_root(cache) / f".disk-{arch}-{debian.disk_rootfs_id(arch)}.tar"
    if not path.exists():
        progress("making the disk's root file system")
        with _scratch(path.with_suffix(".making")) as scratch:
            debian.disk_rootfs(scratch / path.name, arch, cache)
            for old in path.parent.glob(f".disk-{arch}-*.tar"):
                old.unlink()
            (scratch / path.name).rename(path)
    return path


def _remove_superseded(kept: Path, version: str) -> None:
    """What earlier bundles of the release left. A cloud has its own copy of it."""
    for path in kept.parent.glob(f"slipway-node-{version}-*.qcow2"):
        if path != kept:
            path.unlink()
            _checksum_file(path).unlink(missing_ok=True)


def _checksum_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """A directory of a fixed name: what a killed build left is found, and removed, by the next."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
