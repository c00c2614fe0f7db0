"""A bundle's manifest: what it holds, where it came from, and the checksum of every file."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from provisioning.bundles.layout import BundleDir
from slipway.kernel.errors import Actor, SlipwayError

STAMPS = ".verified.json"
"""Size and mtime of each file when its checksum was last right; a copy of the bundle elsewhere has others."""


class FileEntry(BaseModel):
    """One file of a bundle."""

    size: int
    sha256: str


class Manifest(BaseModel):
    """`manifest.json`."""

    version: str
    arch: str
    source: str
    built_at: datetime
    components: dict[str, str]
    images: list[str]
    files: dict[str, FileEntry]

    def content_hash(self) -> str:
        """The same for the same files, whenever and wherever they were built."""
        lines = sorted(f"{entry.sha256} {path}" for path, entry in self.files.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The checksum of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def measure(root: Path) -> dict[str, FileEntry]:
    """Every file below `root` but the manifest and the stamps."""
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.name not in ("manifest.json", STAMPS))
    return {str(p.relative_to(root)): FileEntry(size=p.stat().st_size, sha256=sha256_of(p)) for p in files}


def write(manifest: Manifest, bundle: BundleDir) -> None:
    """Store the manifest and remember that its files are right as they are now."""
    bundle.manifest.write_text(manifest.model_dump_json(indent=2) + "\n")
    _remember(manifest, bundle)


def read(bundle: BundleDir) -> Manifest:
    """The bundle's manifest; BundleCorrupt when it cannot be read."""
    try:
        return Manifest.model_validate_json(bundle.manifest.read_text())
    except (OSError, ValueError) as error:
        raise _corrupt(bundle, bundle.manifest.name, "unreadable", foreign=str(error)) from error


def verify_fully(manifest: Manifest, bundle: BundleDir) -> None:
    """Read every byte (some seconds); BundleCorrupt names the first file that is not what it was."""
    for path in manifest.files:
        _verify_file(manifest, bundle, path)
    _remember(manifest, bundle)


def verify_quickly(manifest: Manifest, bundle: BundleDir) -> None:
    """Read only files whose size or mtime is not what it was when they were last read."""
    known = _stamps(bundle)
    changed = [path for path in manifest.files if known.get(path) != _stamp(bundle, path)]
    for path in changed:
        _verify_file(manifest, bundle, path)
    if changed:
        _remember(manifest, bundle)


def _verify_file(manifest: Manifest, bundle: BundleDir, path: str) -> None:
    file, entry = bundle.root / path, manifest.files[path]
    if not file.is_file():
        raise _corrupt(bundle, path, "missing", manifest.version)
    if file.stat().st_size != entry.size:
        raise _corrupt(bundle, path, f"{file.stat().st_size} bytes instead of {entry.size}", manifest.version)
    if sha256_of(file) != entry.sha256:
        raise _corrupt(bundle, path, "wrong checksum", manifest.version)


def _corrupt(bundle: BundleDir, path: str, what: str, version: str = "", foreign: str = "") -> SlipwayError:
    version = version or bundle.root.name.rpartition("-")[0]
    return SlipwayError(
        "BundleCorrupt",
        f"{bundle.root.name}/{path}: {what}; build it again: slipway bundle build {version} --force",
        actor=Actor.OPERATOR,
        foreign=foreign,
    )


def _stamp(bundle: BundleDir, path: str) -> list[int] | None:
    try:
        stat = (bundle.root / path).stat()
    except FileNotFoundError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def _stamps(bundle: BundleDir) -> dict[str, list[int] | None]:
    try:
        known: dict[str, list[int] | None] = json.loads((bundle.root / STAMPS).read_text())
    except (OSError, ValueError):
        return {}  # lost or cut short: the checksums are read again
    return known


def _remember(manifest: Manifest, bundle: BundleDir) -> None:
    stamps = {path: _stamp(bundle, path) for path in manifest.files}
    (bundle.root / STAMPS).write_text(json.dumps(stamps))
