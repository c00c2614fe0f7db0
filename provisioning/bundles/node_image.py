"""The `local` driver's node: one Docker image per bundle, and a seed volume with its images unpacked.

Both carry the id of their content in their name. The image's tag is given last, so an image that has it is
complete, and so is its seed. What earlier bundles of the release left is removed when a new image is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import APIError, ImageNotFound

from provisioning import versions
from provisioning.bundles.engine import connected
from provisioning.bundles.layout import BundleDir, bundles_root, default_cache
from provisioning.bundles.locks import exclusive
from provisioning.bundles.manifest import Manifest
from provisioning.bundles.node_files import content_id, node_tar
from provisioning.bundles.progress import Progress, silent
from provisioning.bundles.seed import RELEASE_LABEL, fill_seed, has_volume, remove_volume, seeds_of
from provisioning.bundles.store import open_bundle

REPOSITORY = "slipway-node"
UNFINISHED = "unfinished-"
SETTINGS = (
    "VOLUME /var",  # databases and overlay mounts do not belong on the engine's own overlay
    "ENV container=docker",
    'ENTRYPOINT ["/usr/local/sbin/slipway-entrypoint"]',
)
STOP_SIGNAL = "SIGRTMIN+3"
"""Tells systemd to halt. For the node's container: an import cannot write it into the image on every engine."""


@dataclass(frozen=True, slots=True)
class NodeImage:
    """What a node container is made from."""

    image: str  # reference, for `docker run`
    seed_volume: str  # to be hard-linked into the node's own volume at /var/lib/containerd


def ensure_node_image(
    version: str = "", cache: Path | None = None, *, progress: Progress = silent
) -> NodeImage:
    """Image and seed of the release's bundle; made (20 s) if the bundle or node files changed."""
    cache = cache or default_cache()
    bundle, manifest = open_bundle(version, cache)
    wanted = _named(manifest.version, content_id(manifest, "\n".join((*SETTINGS, RELEASE_LABEL))))
    lock = bundles_root(cache) / f".node-image-{manifest.version}.lock"
    with connected() as engine:
        if _complete(engine, wanted):
            return wanted
        with exclusive(lock, f"making {wanted.image}", progress):
            if not _complete(engine, wanted):
                _make(engine, wanted, bundle, manifest, progress)
                _remove_superseded(engine, wanted, manifest.version)
    return wanted


def find_node_image(version: str = "") -> NodeImage | None:
    """The newest complete node image of a release, without a look at the bundle."""
    release = versions.find(version)
    with connected() as engine:
        made = engine.images.list(REPOSITORY, filters={"label": f"{RELEASE_LABEL}={release.version}"})
        for image in sorted(made, key=lambda image: str(image.attrs["Created"]), reverse=True):
            for reference in image.tags:
                found = _named(release.version, reference.rpartition("-")[2])
                if reference == found.image and _complete(engine, found):
                    return found
    return None


def _make(
    engine: docker.DockerClient, wanted: NodeImage, bundle: BundleDir, manifest: Manifest, progress: Progress
) -> None:
    """The image under an unfinished name, then its seed, then its real name."""
    unfinished = wanted.image.replace(":", f":{UNFINISHED}")
    if _exists(engine, wanted.image):  # its seed is gone
        _rename(engine, wanted.image, unfinished)
    if not _exists(engine, unfinished):
        progress(f"importing {wanted.image}")
        _import(engine, unfinished, bundle, manifest)
    progress(f"filling {wanted.seed_volume} with {len(manifest.images)} images")
    fill_seed(engine, wanted.seed_volume, unfinished, bundle.images, manifest)
    _rename(engine, unfinished, wanted.image)
    progress(f"{wanted.image} is ready")


def _import(engine: docker.DockerClient, name: str, bundle: BundleDir, manifest: Manifest) -> None:
    repository, tag = name.split(":")
    settings = [*SETTINGS, f"LABEL {RELEASE_LABEL}={manifest.version}"]
    engine.api.import_image_from_stream(
        node_tar(bundle, manifest), repository=repository, tag=tag, changes=settings
    )


def _rename(engine: docker.DockerClient, old: str, new: str) -> None:
    engine.images.get(old).tag(*new.split(":"))
    engine.images.remove(old)


def _complete(engine: docker.DockerClient, wanted: NodeImage) -> bool:
    return _exists(engine, wanted.image) and has_volume(engine, wanted.seed_volume)


def _exists(engine: docker.DockerClient, image: str) -> bool:
    try:
        engine.images.get(image)
    except ImageNotFound:
        return False
    return True


def _remove_superseded(engine: docker.DockerClient, kept: NodeImage, version: str) -> None:
    """What earlier bundles of the release left; the engine keeps what a container still uses."""
    for image in engine.images.list(REPOSITORY, filters={"label": f"{RELEASE_LABEL}={version}"}):
        for reference in image.tags:
            if reference != kept.image:
                with _in_use_is_fine():
                    engine.images.remove(reference)
    for volume in seeds_of(engine, version):
        if volume != kept.seed_volume:
            with _in_use_is_fine():
                remove_volume(engine, volume)


def _named(version: str, content: str) -> NodeImage:
    return NodeImage(f"{REPOSITORY}:{version}-{content}", f"slipway-seed-{version}-{content}")


@contextmanager
def _in_use_is_fine() -> Iterator[None]:
    try:
        yield
    except APIError as error:
        if error.status_code != 409:
            raise
