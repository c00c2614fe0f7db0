"""The image that machines of a release start from: for drivers whose machines do not come from images of this host.

`wants_image` says whether `ensure_image` does anything: else nobody need make one. An image belongs to no tenant
and no sweep finds it. Another checksum replaces it for the machines that are made from then on.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A file of this host. `disk` in bytes: what it needs of a machine's disk."""

    release: str
    path: Path
    checksum: str  # sha256 of the file
    disk: int = 0
