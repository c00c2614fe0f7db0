"""Builds a bundle: in a directory beside its place, renamed into it when all of it is there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from provisioning import versions
from provisioning.bundles import debian
from provisioning.bundles import manifest as manifests
from provisioning.bundles.commands import disk_errors, disk_full
from provisioning.bundles.layout import BundleDir, bundle_dir, default_cache, host_arch, known_arch
from provisioning.bundles.locks import exclusive
from provisioning.bundles.manifest import Manifest
from provisioning.bundles.oci import OciArchive
from provisioning.bundles.progress import Progress, silent
from provisioning.bundles.sources import AUTO, Source, choose
from provisioning.bundles.store import BundleInfo, find_bundle
from provisioning.versions import Release

ROOM_NEEDED = 3 << 30  # the bundle and what it is made from, for a moment both


def build(
    version: str = "",
    cache: Path | None = None,
    source: str = AUTO,
    arch: str = "",
    *,
    force: bool = False,
    progress: Progress = silent,
) -> BundleInfo:
    """The bundle of a release; built unless it is there and right. `force` builds it again.

    Images that came to the release later, or that this source has and the one before had not, are added.
    """
    release = versions.find(version)
    cache = cache or default_cache()
    arch = known_arch(arch) if arch else host_arch()
    bundle = bundle_dir(cache, release.version, arch)
    lock = bundle.root.with_name(f".{bundle.root.name}.lock")
    with disk_errors(cache), exclusive(lock, f"building {bundle.root.name}", progress):
        if force or not _is_right(bundle):
            _build(release, bundle, choose(source, release, cache, arch, progress), cache, progress)
        else:
            same = manifests.read(bundle).source if source == AUTO else source
            _complete(release, bundle, choose(same, release, cache, arch, progress), progress)
        if arch == host_arch():
            _offer_kubectl(release, bundle, cache)
    found = find_bundle(release.version, cache, arch)
    assert found  # noqa: S101 - the lines above made it
    return found


def _is_right(bundle: BundleDir) -> bool:
    """Whether it is there; BundleCorrupt if it is and cannot be used: that is for the operator to decide."""
    if not bundle.manifest.exists():
        return False
    manifests.verify_quickly(manifests.read(bundle), bundle)
    return True


def _complete(release: Release, bundle: BundleDir, source: Source, progress: Progress) -> None:
    """A copy of the bundle with the images that it lacks in place of it; nothing else is built again."""
    old = manifests.read(bundle)
    missing = [image for image in source.images(release) if image.reference not in old.images]
    if not missing:
        return
    progress(f"adding to {bundle.root.name} from {source.name}: {', '.join(i.name for i in missing)}")
    with _in_the_making(bundle) as fresh:
        shutil.copytree(bundle.bin, fresh.bin)
        os.link(bundle.rootfs, fresh.rootfs)
        fresh.images.parent.mkdir()
        with OciArchive(fresh.images, source.arch) as archive:
            archive.copy(bundle.images)
            source.add(release, missing, archive)
        described = _describe(release, source, archive.names, fresh)
        manifests.write(described.model_copy(update={"source": old.source}), fresh)
    progress(f"{bundle.root} is complete")


def _build(release: Release, bundle: BundleDir, source: Source, cache: Path, progress: Progress) -> None:
    _check_room(cache)
    progress(f"building {bundle.root.name} from {source.name}")
    with _in_the_making(bundle) as fresh:
        images = source.fill(release, fresh)
        progress("making the node's root file system")
        debian.node_rootfs(fresh.rootfs, source.arch, cache)
        progress("computing checksums")
        manifests.write(_describe(release, source, images, fresh), fresh)
    progress(f"{bundle.root} is complete")


def _describe(release: Release, source: Source, images: list[str], fresh: BundleDir) -> Manifest:
    return Manifest(
        version=release.version,
        arch=source.arch,
        source=source.name,
        built_at=datetime.now(UTC),
        components={k: v for k, v in asdict(release).items() if isinstance(v, str)},
        images=images,
        files=manifests.measure(fresh.root),
    )


@contextmanager
def _in_the_making(bundle: BundleDir) -> Iterator[BundleDir]:
    """A directory to build in, which takes the bundle's place if nothing goes wrong.

    Its name is fixed: what a killed build left is found, and removed, by the next.
    """
    fresh = BundleDir(bundle.root.with_name(f".{bundle.root.name}.building"))
    old = bundle.root.with_name(f".{bundle.root.name}.old")
    for leftover in (fresh.root, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.root.mkdir(parents=True)
    try:
        yield fresh
        if bundle.root.exists():
            bundle.root.rename(old)
        fresh.root.rename(bundle.root)
    finally:
        for leftover in (fresh.root, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _offer_kubectl(release: Release, bundle: BundleDir, cache: Path) -> None:
    """For machines without one: `<cache>/bin/kubectl` is the default release's, or the only one there is."""
    link, fresh = cache / "bin/kubectl", cache / f"bin/.kubectl-{os.getpid()}"
    if link.exists() and release.version != versions.DEFAULT:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh.symlink_to(bundle.bin / "kubectl")
    fresh.replace(link)


def _check_room(cache: Path) -> None:
    if shutil.disk_usage(cache).free < ROOM_NEEDED:
        raise disk_full(cache)
