"""The image that machines of a release start from: for drivers whose machines do not come from images of this host.

`ensure_image` is asked only where `image_source` is a disk or hosts. An image belongs to no tenant: it carries the
installation and `slipway/release`, and a sweep names it with its checksum; but files for hosts are nothing there.
Another checksum replaces it for the machines that are made from then on; the older one is no longer needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ImageSource(StrEnum):
    """What a driver's machines start from, as far as Slipway has to make it."""

    CONTAINER = "container"  # the node image of this host's Docker engine
    DISK = "disk"  # a disk image, handed over by `ensure_image`
    HOST = "host"  # a directory of files for hosts that have a system already, named by `ensure_image` in each pass
    OPERATOR = "operator"  # nothing: it is there


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A file of this host, or a directory. `disk` in bytes: what it needs of a machine's disk."""

    release: str
    path: Path
    checksum: str  # sha256 of the file, or an id of all the files
    disk: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
