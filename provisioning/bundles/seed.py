"""The seed: a volume with containerd's data directory, all images of a release imported and unpacked in it.

containerd runs once, in a helper container. A node then gets hard links to the files (half a second, no
bytes) in place of an import of its own (ten seconds, one gigabyte).
"""

from pathlib import Path

import docker
from docker.errors import NotFound

from provisioning.bundles.engine import remove_container
from provisioning.bundles.manifest import Manifest
from slipway.kernel.errors import Actor, SlipwayError

RELEASE_LABEL = "bundle.slipway.dev/release"  # a machine inherits it: not one of its tags
IMPORT = "/usr/local/sbin/slipway-import-images"
ARCHIVE = "/images.tar"


def fill_seed(
    engine: docker.DockerClient, volume: str, image: str, archive: Path, manifest: Manifest
) -> None:
    """Make the volume anew: one that is there was left half filled."""
    helper = f"{volume}-filling"
    remove_container(engine, helper)
    remove_volume(engine, volume)
    engine.volumes.create(volume, labels={RELEASE_LABEL: manifest.version})
    container = engine.containers.run(
        image,
        entrypoint=[IMPORT, ARCHIVE],
        name=helper,
        detach=True,
        network_mode="none",
        cap_add=["SYS_ADMIN"],  # unpacking mounts overlays
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        tmpfs={"/run": "exec"},
        volumes={
            volume: {"bind": "/var/lib/containerd", "mode": "rw"},
            str(archive): {"bind": ARCHIVE, "mode": "ro"},
        },
    )
    try:
        status = container.wait()["StatusCode"]
        said = container.logs().decode(errors="replace")
    finally:
        container.remove(force=True, v=True)
    missing = set(manifest.images) - set(said.split())
    if status != 0 or missing:
        raise SlipwayError(
            "SeedFailed",
            f"containerd did not import the images of {manifest.version}: exit code {status}, "
            f"missing: {', '.join(sorted(missing)) or 'none'}",
            actor=Actor.OPERATOR,
            foreign=said[-2000:],
        )


def seeds_of(engine: docker.DockerClient, version: str) -> list[str]:
    """Every seed of a release, whatever it was made from."""
    return [str(v.name) for v in engine.volumes.list(filters={"label": f"{RELEASE_LABEL}={version}"})]


def has_volume(engine: docker.DockerClient, name: str) -> bool:
    """Whether the engine knows that volume."""
    try:
        engine.volumes.get(name)
    except NotFound:
        return False
    return True


def remove_volume(engine: docker.DockerClient, name: str) -> None:
    """Remove the volume if it is there."""
    try:
        engine.volumes.get(name).remove()
    except NotFound:
        return
