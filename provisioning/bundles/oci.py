"""Writes OCI images into one archive, without a registry or an engine.

Layers are plain tars: an import is then a copy. A layer that several images share is stored once. Times and
owners are fixed, so the same files give the same digests, byte for byte.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from provisioning.bundles.manifest import sha256_of

LAYER = "application/vnd.oci.image.layer.v1.tar"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CREATED = "2026-01-01T00:00:00Z"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin"

Descriptor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LayerContent:
    """What a layer holds: programs by their path in the image, and links by theirs."""

    programs: Mapping[str, Path]
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """How an image is started."""

    entrypoint: tuple[str, ...] = ()
    user: str = ""


class OciArchive:
    """An OCI image layout in a tar that is being written; complete when it is closed without an error."""

    def __init__(self, path: Path, arch: str) -> None:
        self.names: list[str] = []
        self.arch = arch
        self.path = path
        self._tar = tarfile.open(path, "w")  # noqa: SIM115 - closed by __exit__
        self._blobs: set[str] = set()
        self._manifests: list[Descriptor] = []
        self._add("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')

    def copy(self, other: Path) -> None:
        """Everything that another archive holds, byte for byte."""
        with tarfile.open(other) as tar:
            for member in tar:
                if member.name == "index.json":
                    index = json.load(tar.extractfile(member) or io.BytesIO(b"{}"))
                elif member.name.startswith("blobs/"):
                    self._tar.addfile(member, tar.extractfile(member))
                    self._blobs.add(member.name.rpartition("/")[2])
        self._manifests += index["manifests"]
        self.names += [m["annotations"]["io.containerd.image.name"] for m in index["manifests"]]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._add(
                "index.json", _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": self._manifests})
            )
        self._tar.close()

    def layer(self, content: LayerContent) -> Descriptor:
        """A layer with these files."""
        with tempfile.NamedTemporaryFile(dir=self.path.parent, suffix=".layer") as scratch:
            _write_layer(Path(scratch.name), content)
            return self.layer_from_tar(Path(scratch.name))

    def layer_from_tar(self, tar: Path) -> Descriptor:
        """A layer that is a tar already."""
        return self.blob_from_file(tar, LAYER)

    def image(self, name: str, layers: Sequence[Descriptor], config: ImageConfig) -> None:
        """An image of layers that were added before."""
        start: dict[str, Any] = {"Env": [f"PATH={PATH}"]}
        if config.entrypoint:
            start["Entrypoint"] = list(config.entrypoint)
        if config.user:
            start["User"] = config.user
        document = {
            "created": CREATED,
            "architecture": self.arch,
            "os": "linux",
            "config": start,
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]},
            "history": [{"created": CREATED, "created_by": "slipway bundle build"}] * len(layers),
        }
        described = self.blob(_json(document), CONFIG)
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": list(layers)}
        self.manifest(name, _json(manifest), MANIFEST)

    def manifest(self, name: str, data: bytes, media_type: str) -> None:
        """Give a name to a manifest whose config and layers were added before."""
        tag = name.rpartition(":")[2]
        names = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag}
        self._manifests.append({**self.blob(data, media_type), "annotations": names})
        self.names.append(name)

    def blob(self, data: bytes, media_type: str) -> Descriptor:
        """Store bytes under their digest, once."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._blobs:
            self._add(f"blobs/sha256/{digest}", data)
            self._blobs.add(digest)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def blob_from_file(self, path: Path, media_type: str) -> Descriptor:
        """Store a file under its digest, once."""
        digest = sha256_of(path)
        if digest not in self._blobs:
            info = tarfile.TarInfo(f"blobs/sha256/{digest}")
            info.size = path.stat().st_size
            with path.open("rb") as stream:
                self._tar.addfile(info, stream)
            self._blobs.add(digest)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": path.stat().st_size}

    def holds(self, digest: str) -> bool:
        """Whether a blob is stored already."""
        return digest.removeprefix("sha256:") in self._blobs

    def _add(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        self._tar.addfile(info, io.BytesIO(data))


def _write_layer(path: Path, content: LayerContent) -> None:
    with tarfile.open(path, "w") as tar:
        for directory in _directories(content):
            info = tarfile.TarInfo(directory)
            info.type, info.mode = tarfile.DIRTYPE, 0o1777 if directory == "tmp" else 0o755
            tar.addfile(info)
        for target, program in sorted(content.programs.items()):
            info = tarfile.TarInfo(target)
            info.mode, info.size = 0o755, program.stat().st_size
            with program.open("rb") as stream:
                tar.addfile(info, stream)
        for target, linked in sorted(content.links.items()):
            info = tarfile.TarInfo(target)
            info.type, info.mode, info.linkname = tarfile.SYMTYPE, 0o777, linked
            tar.addfile(info)


def _directories(content: LayerContent) -> list[str]:
    """Every parent of every path, and /tmp, which programs without a shell around them expect too."""
    paths = [Path(path) for path in (*content.programs, *content.links)]
    return sorted({"tmp"} | {str(parent) for path in paths for parent in path.parents if str(parent) != "."})


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
