"""Where a bundle's content comes from: the publishers, or Go modules and Debian packages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from provisioning.bundles.gomod import GoModules
from provisioning.bundles.images import Image
from provisioning.bundles.layout import BundleDir
from provisioning.bundles.oci import OciArchive
from provisioning.bundles.progress import Progress
from provisioning.bundles.upstream import PUBLISHERS, Sites, Upstream
from provisioning.versions import Release
from slipway.kernel.errors import Actor, SlipwayError

AUTO = "auto"
NAMES = (AUTO, "upstream", "gomod")


class Source(Protocol):
    """Fills `bin/` and `images/` of a bundle; whichever source it is, the names in it are the same."""

    @property
    def name(self) -> str:
        """As in the manifest."""
        ...

    @property
    def arch(self) -> str:
        """What it makes programs for."""
        ...

    def fill(self, release: Release, bundle: BundleDir) -> list[str]:
        """The names of the images that it put there."""
        ...

    def images(self, release: Release) -> list[Image]:
        """Those of the release that it has."""
        ...

    def add(self, release: Release, images: Sequence[Image], archive: OciArchive) -> None:
        """Put these into an archive that is being written."""
        ...


def choose(
    name: str, release: Release, cache: Path, arch: str, progress: Progress, sites: Sites = PUBLISHERS
) -> Source:
    """The source asked for; `auto` is upstream where its servers answer within seconds, else gomod."""
    upstream = Upstream(arch, progress, sites)
    if name == "upstream":
        return upstream
    if name == "gomod":
        return GoModules(cache, arch, progress)
    if name != AUTO:
        raise SlipwayError(
            "SourceUnknown",
            f"{name} is no source of bundles; choose one of {', '.join(NAMES)}",
            actor=Actor.OPERATOR,
        )
    if upstream.reachable(release):
        return upstream
    progress("the publishers' servers do not answer: building from Go modules and Debian packages")
    return GoModules(cache, arch, progress)
