"""Rooms for driver tests: real hosts over SSH, prepared with next to nothing."""

import hashlib
import io
import tarfile
from pathlib import Path

from provisioning.drivers.baremetal.book import PoolHost
from tests.support.bare.file_book import FileBook
from tests.support.bare.rack import Rack

GIB = 1 << 30


def tiny_files(folder: Path, systems: tuple[str, ...] = ("debian-12",)) -> Path:
    """As a release's files, but without packages and images, and with one small program."""
    folder.mkdir(exist_ok=True)
    for system in systems:
        _tar(folder / f"packages-{system}.tar", {"install": b""})
    program = b"#!/bin/sh\n"
    sums = f"{hashlib.sha256(program).hexdigest()}  usr/bin/kubelet\n".encode()
    _tar(
        folder / "programs.tar",
        {"usr/bin/kubelet": program, "etc/slipway/SHA256SUMS": sums, "etc/slipway/units": b""},
    )
    (folder / "images").write_text("")
    return folder


def write_book(path: Path, rack: Rack) -> FileBook:
    """All hosts of the rack, as the Host objects of a provider."""
    book = FileBook(path)
    for number, host in enumerate(rack.hosts):
        view = PoolHost(host.name, f"rack-{number % 2}", {}, 2, 8 * GIB, 20 * GIB, fit=True)
        book.put_host(view, {"address": host.address, "key": rack.key, "host_key": host.host_key()})
    return book


def settings(rack: Rack) -> dict[str, object]:
    """Of a provider for the rack."""
    return {"network": str(rack.subnet), "addresses": rack.addresses, "patience": 60}


def _tar(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o755
            tar.addfile(info, io.BytesIO(data))
