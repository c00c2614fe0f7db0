"""What Slipway has put on this machine: bundles and node images."""

import json
import os
from pathlib import Path

from slipway.cli.doctor.check import Check, ok, output_of, warning

NODE_IMAGE = "slipway-node"


def cache() -> Path:
    """Where bundles are kept."""
    return Path(os.environ.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway").absolute()


def checks(*, engine_answers: bool) -> list[Check]:
    """Neither is fatal: `make demo` and `slipway bundle build` make them."""
    return [bundle_check(cache()), *([_image_check()] if engine_answers else [])]


def bundle_check(folder: Path) -> Check:
    """A bundle is finished when it has its manifest."""
    found = sorted(path.parent.name for path in folder.glob("bundles/*/manifest.json") if _readable(path))
    if found:
        return ok("bundle", ", ".join(found))
    return warning("bundle", f"none in {folder}: no cluster can be made yet", "slipway bundle build")


def _readable(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text()), dict)
    except (OSError, ValueError):
        return False


def _image_check() -> Check:
    tags = output_of(["docker", "images", NODE_IMAGE, "--format", "{{.Tag}}"])
    if tags:
        return ok("node image", ", ".join(f"{NODE_IMAGE}:{tag}" for tag in sorted(tags.split())))
    return warning("node image", "not made yet", "slipway bundle image (else the first cluster makes it)")
