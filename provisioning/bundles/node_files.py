"""A node's file system as one tar stream: Debian, then the bundle's programs, then our own files.

Every node has those in `node/`; one that starts from a disk image has those in `disk/` too.
"""

import hashlib
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from provisioning.bundles.layout import CNI_BINARY, NODE_BINARIES, BundleDir
from provisioning.bundles.manifest import Manifest
from provisioning.versions import IMAGE_REPOSITORY

OVERLAY = Path(__file__).parent / "node"
DISK_OVERLAY = Path(__file__).parent / "disk"
PIECE = 1 << 20
PROGRAMS = "usr/local/sbin/"


@dataclass(frozen=True, slots=True)
class NodeFile:
    """One of our own files on a node."""

    target: str
    data: bytes

    @property
    def mode(self) -> int:
        """Executable where programs are."""
        return 0o755 if self.target.startswith(PROGRAMS) else 0o644


def node_files(manifest: Manifest, *more: Path) -> list[NodeFile]:
    """Everything in `node/`, which is laid out as on a node, and in other folders like it."""
    pause = f"{IMAGE_REPOSITORY}/pause:{manifest.components['pause']}".encode()
    return [
        NodeFile(str(path.relative_to(folder)), path.read_bytes().replace(b"@PAUSE_IMAGE@", pause))
        for folder in (OVERLAY, *more)
        for path in sorted(path for path in folder.rglob("*") if path.is_file())
    ]


def content_id(manifest: Manifest, settings: str = "", *more: Path) -> str:
    """Names what a node image and its seed are made of: another id, another image."""
    digest = hashlib.sha256(f"{manifest.content_hash()}\n{settings}\n".encode())
    for file in node_files(manifest, *more):
        digest.update(f"{file.target} {file.mode:o} {len(file.data)}\n".encode() + file.data)
    return digest.hexdigest()[:12]


def node_tar(
    bundle: BundleDir, manifest: Manifest, *more: Path, debian: Path | None = None
) -> Iterator[bytes]:
    """The pieces of the tar. Nothing is unpacked or written: the parts go straight to the engine."""
    debian = debian or bundle.rootfs
    with debian.open("rb") as rootfs:
        yield from _pieces(rootfs, _end_of_members(debian))
    for name in (*NODE_BINARIES, CNI_BINARY):
        program = bundle.bin / name
        target = f"usr/lib/cni/{name}" if name == CNI_BINARY else f"usr/bin/{name}"
        with program.open("rb") as stream:
            yield from _member(target, stream, program.stat().st_size, 0o755)
    for file in node_files(manifest, *more):
        yield from _member(file.target, BytesIO(file.data), len(file.data), file.mode)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(target: str, stream: BinaryIO, size: int, mode: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(target)
    info.size, info.mode = size, mode
    yield info.tobuf(tarfile.GNU_FORMAT)
    yield from _pieces(stream, size)
    yield bytes(-size % tarfile.BLOCKSIZE)


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        piece = stream.read(min(size, PIECE))
        if not piece:
            raise EOFError(f"{size} bytes are missing at the end of a file of the bundle")
        size -= len(piece)
        yield piece


def _end_of_members(path: Path) -> int:
    """Where the zero blocks that end a tar begin: more members can follow there."""
    with tarfile.open(path) as tar:
        tar.getmembers()
        return tar.offset
