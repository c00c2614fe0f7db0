"""Writes a node's file system into a file, as ext4 that BIOS starts: in a helper container, for it takes root.

The container's own root is what goes into the file, with the seed's images at their place.
"""

from collections.abc import Iterator
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from provisioning.bundles.debian import HOOKS
from provisioning.bundles.engine import remove_container
from slipway.kernel.errors import Actor, SlipwayError

REPOSITORY = "slipway-disk"
SCRIPT = HOOKS / "disk-file-system"
OUT = "/mnt"  # a directory that is empty in the image
LOOP_DEVICES = ["b 7:* rmw", "c 10:237 rw"]
NO_LOOP_DEVICE = 4  # the script's exit code


def write_file_system(engine: docker.DockerClient, file: Path, root: Iterator[bytes], seed: str) -> None:
    """Fill `file`, whose size is the file system's, with `root` (a tar) and the volume `seed`."""
    image = f"{REPOSITORY}:{file.stem}"
    helper = image.replace(":", "-")
    remove_container(engine, helper)
    _remove_image(engine, image)
    engine.api.import_image_from_stream(root, repository=REPOSITORY, tag=file.stem)
    try:
        _fill(engine, helper, image, file, seed)
    finally:
        _remove_image(engine, image)


def _fill(engine: docker.DockerClient, helper: str, image: str, file: Path, seed: str) -> None:
    container = engine.containers.run(
        image,
        entrypoint=["/bin/sh", "-c", SCRIPT.read_text(), SCRIPT.name, f"{OUT}/{file.name}"],
        name=helper,
        detach=True,
        network_mode="none",
        cap_add=["SYS_ADMIN", "LINUX_IMMUTABLE"],  # its mounts; the boot loader's file may not move
        device_cgroup_rules=LOOP_DEVICES,
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        volumes={
            "/dev": {"bind": "/dev", "mode": "rw"},  # a loop device may come only when it is asked for
            seed: {"bind": "/var/lib/containerd", "mode": "ro"},
            str(file.parent): {"bind": OUT, "mode": "rw"},
        },
    )
    try:
        status = container.wait()["StatusCode"]
        said = container.logs().decode(errors="replace")
    finally:
        container.remove(force=True, v=True)
    if status != 0:
        reason = (
            "no loop device; `modprobe loop` on the Docker engine's host" if status == NO_LOOP_DEVICE else ""
        )
        raise SlipwayError(
            "DiskImageFailed",
            f"the file system of {file.stem} was not written: {reason or f'exit code {status}'}",
            actor=Actor.OPERATOR,
            foreign=said[-2000:],
        )


def _remove_image(engine: docker.DockerClient, image: str) -> None:
    try:
        engine.images.remove(image)
    except ImageNotFound:
        return
