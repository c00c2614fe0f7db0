"""Finds a release's node image and gives each machine its contents by hard links, without a copy."""

import errno
import os
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.local.engine import Engine

REPOSITORY: Final = "slipway-node"
_COPIED: Final = (
    "*.db"  # bolt databases are written in place; all other files of containerd are only replaced
)

# Links cannot cross mounts even of one file system, so the helper mounts the folder of all volumes. The last
# rename is what makes the volume seeded: it succeeds for one of several at once, and never half.
_SCRIPT: Final = """
cd /volumes; mkdir -p "$volume/$draft"; cp -al "$seed/_data/." "$volume/$draft/"
find "$volume/$draft" -maxdepth 2 -name '*.db' -exec sh -c 'cp -p "$1" "$1.n" && mv "$1.n" "$1"' - {} ';'
mv -T "$volume/$draft" "$volume/_data" || [ -n "$(ls -A "$volume/_data")" ]
"""


@dataclass(frozen=True, slots=True)
class NodeImage:
    """The image of a release's machines, and the volume with containerd's data that goes with it."""

    image: str
    architecture: str
    seed: str


def find_node_image(engine: Engine, release: str) -> NodeImage:
    """The newest node image that `slipway bundle build` made; Misconfigured when there is none yet.

    `slipway-node:<release>-<content>` goes with the volume `slipway-seed-<release>-<content>`.
    """
    if found := newest(engine, release):
        return found
    raise Misconfigured(
        f"the node image of Kubernetes {release} is not here: run `slipway bundle build {release}`"
    )


def newest(engine: Engine, release: str) -> NodeImage | None:
    """The newest node image of the release with its seed, if there is one."""
    for tag in _tags_of_release(engine.api.images(REPOSITORY), release):
        seed = f"slipway-seed-{tag}"
        if engine.find_volume(seed):
            image = f"{REPOSITORY}:{tag}"
            found = engine.api.inspect_image(image)  # type: ignore[no-untyped-call]  # not in the stubs
            return NodeImage(image, found["Architecture"], seed)
    return None


def _tags_of_release(present: list[dict[str, Any]], release: str) -> list[str]:
    """The tags of the release's images, newest first. One without a content id, made by hand, is last."""
    dated = [
        (tag != release, image["Created"], tag)
        for image in present
        for tag in (reference.rpartition(":")[2] for reference in image["RepoTags"] or ())
        if tag == release or tag.startswith(f"{release}-")
    ]
    return [tag for _, _, tag in sorted(dated, reverse=True)]


def require_architecture(image: NodeImage, wanted: str) -> None:
    """Misconfigured when the image was built for another kind of machine than this one."""
    if image.architecture != wanted:
        raise Misconfigured(
            f"{image.image} is for {image.architecture}, this host is {wanted}: build it here"
        )


def seed_volume(engine: Engine, image: NodeImage, volume: str, labels: Mapping[str, str]) -> None:
    """A volume with the release's images. Called again, or at once, it changes nothing."""
    target = Path(engine.api.create_volume(volume, labels=dict(labels))["Mountpoint"])
    source = Path(engine.api.inspect_volume(image.seed)["Mountpoint"])
    if _reachable(source) and _reachable(target):
        _link_here(source, target)
    else:
        _link_in_container(engine, image, target, labels)


def _reachable(data: Path) -> bool:
    """Whether this process may change the engine's folder itself, which saves half a second a machine."""
    return os.access(data, os.R_OK | os.W_OK | os.X_OK) and os.access(data.parent, os.W_OK | os.X_OK)


def _link_here(source: Path, target: Path) -> None:
    if any(target.iterdir()):
        return
    draft = target.parent / _draft()
    done = subprocess.run(["cp", "-al", source, draft], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(errno.EIO, done.stderr.strip()[-500:], str(draft))
    for database in [*draft.glob(_COPIED), *draft.glob(f"*/{_COPIED}")]:
        copy = database.with_suffix(".copy")
        shutil.copy2(database, copy)
        copy.replace(database)
    try:
        draft.rename(target)
    except OSError:
        if not any(target.iterdir()):
            raise
        shutil.rmtree(draft)  # another one was faster


def _link_in_container(engine: Engine, image: NodeImage, target: Path, labels: Mapping[str, str]) -> None:
    volumes, volume = target.parent.parent, target.parent.name
    names = f"volume={volume} seed={image.seed} draft={_draft()}"
    engine.run_helper(image.image, f"{names}\n{_SCRIPT}", labels=labels, binds=[f"{volumes}:/volumes"])


def _draft() -> str:
    return f".seed-{uuid.uuid4().hex[:8]}"
