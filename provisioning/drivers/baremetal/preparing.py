"""Makes a node out of a plain host: packages, programs and images, pushed to it once for each release.

What is pushed lies in one directory: `packages-SYSTEM.tar`, `programs.tar`, `images.tar`, and `images`, the names
of what is in that. Nothing is fetched by the host. Its content's checksum, kept on the host, says that all is there.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from provisioning import conditions as c
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.scripts import locked, script
from provisioning.drivers.baremetal.session import Session
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.image import ImageRequest

_PUSH_SECONDS: Final = 900  # a gigabyte over 10 Mbit/s


def claim(host: Session, installation: str, machine: str) -> tuple[str, str]:
    """Mark the host as ours: its system, and the checksum of what was prepared on it before, if anything."""
    said = host.root(locked("claim"), installation, machine, script("state")).split()
    if said[0] == "taken":
        text = f"it belongs to machine {said[2]} of another Slipway ({said[1]}): release it there"
        raise HostFault(c.HOST_TAKEN, text)
    return said[1], said[2] if len(said) > 2 else ""


def mount_disks(host: Session, disks: Mapping[str, str]) -> None:
    """Format and mount the disks of storage types, each once."""
    if disks:
        host.root(locked("disks"), *(f"{name}={device}" for name, device in disks.items()))


def prepare(host: Session, system: str, image: ImageRequest) -> None:
    """Push and install everything, each step as if nothing of it were there."""
    packages = image.path / f"packages-{system}.tar"
    if not packages.exists():
        raise Misconfigured(f"release {image.release} has no packages for {system}")
    _push(host, "packages", packages, script("state"))
    _push(host, "programs", image.path / "programs.tar")
    if names := (image.path / "images").read_text().split():
        _push(host, "images", image.path / "images.tar", *names)
    host.root(locked("prepared"), image.checksum)


def _push(host: Session, name: str, archive: Path, *words: str) -> None:
    with archive.open("rb") as feed:
        host.root(locked(name), *words, feed=feed, seconds=_PUSH_SECONDS)
