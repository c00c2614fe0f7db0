"""The bundles of a cache: find, list, verify."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from provisioning import versions
from provisioning.bundles import manifest as manifests
from provisioning.bundles.layout import (
    BundleDir,
    bundle_dir,
    bundles_root,
    default_cache,
    host_arch,
    known_arch,
)
from slipway.kernel.errors import Actor, SlipwayError


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """A bundle that is there."""

    version: str
    arch: str
    source: str
    built_at: datetime
    size: int
    path: Path
    images: tuple[str, ...]


def list_bundles(cache: Path | None = None) -> list[BundleInfo]:
    """Every finished bundle of the cache; half-built ones have no manifest yet and are not listed."""
    found = sorted(bundles_root(cache or default_cache()).glob("[0-9]*/manifest.json"), reverse=True)
    return [_info(BundleDir(path.parent)) for path in found]


def find_bundle(version: str = "", cache: Path | None = None, arch: str = "") -> BundleInfo | None:
    """The bundle of a release for this machine (or `arch`), not verified."""
    bundle = _locate(version, cache, arch)
    return _info(bundle) if bundle.manifest.exists() else None


def verify(version: str = "", cache: Path | None = None, arch: str = "") -> BundleInfo:
    """Read the whole bundle, compare every checksum: BundleMissing or BundleCorrupt if it cannot be used."""
    bundle = _present(version, cache, arch)
    manifests.verify_fully(manifests.read(bundle), bundle)
    return _info(bundle)


def open_bundle(
    version: str = "", cache: Path | None = None, arch: str = ""
) -> tuple[BundleDir, manifests.Manifest]:
    """The bundle to make nodes of: its files are known to be right, at the price of one stat each."""
    bundle = _present(version, cache, arch)
    manifest = manifests.read(bundle)
    manifests.verify_quickly(manifest, bundle)
    return bundle, manifest


def _locate(version: str, cache: Path | None, arch: str) -> BundleDir:
    release = versions.find(version)
    return bundle_dir(cache or default_cache(), release.version, known_arch(arch) if arch else host_arch())


def _present(version: str, cache: Path | None, arch: str) -> BundleDir:
    bundle = _locate(version, cache, arch)
    if not bundle.manifest.exists():
        number = bundle.root.name.rpartition("-")[0]
        raise SlipwayError(
            "BundleMissing",
            f"there is no bundle at {bundle.root}; make it: slipway bundle build {number}",
            actor=Actor.OPERATOR,
        )
    return bundle


def _info(bundle: BundleDir) -> BundleInfo:
    manifest = manifests.read(bundle)
    return BundleInfo(
        version=manifest.version,
        arch=manifest.arch,
        source=manifest.source,
        built_at=manifest.built_at,
        size=sum(entry.size for entry in manifest.files.values()),
        path=bundle.root,
        images=tuple(manifest.images),
    )
