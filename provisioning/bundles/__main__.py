"""`python -m provisioning.bundles build|list|verify|image`: bundles on this machine, without a server."""

import argparse
import sys
import time
from pathlib import Path

from provisioning.bundles.build import build
from provisioning.bundles.disk_image import ensure_disk_image
from provisioning.bundles.layout import ARCHITECTURES, default_cache
from provisioning.bundles.node_image import ensure_node_image
from provisioning.bundles.progress import Progress
from provisioning.bundles.sources import AUTO, NAMES
from provisioning.bundles.store import BundleInfo, list_bundles, verify
from slipway.kernel.errors import SlipwayError


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 1 with the error on standard error."""
    asked = _parser().parse_args(argv)
    try:
        _run(asked, _stopwatch())
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(asked: argparse.Namespace, progress: Progress) -> None:
    if asked.action == "build":
        made = build(
            asked.version, asked.cache, asked.source, asked.arch, force=asked.force, progress=progress
        )
        _show(made)
    elif asked.action == "verify":
        _show(verify(asked.version, asked.cache, asked.arch))
    elif asked.action == "list":
        for bundle in list_bundles(asked.cache):
            _show(bundle)
    if asked.disk:
        disk = ensure_disk_image(asked.version, asked.cache, progress=progress)
        _say(f"{disk.path} {disk.checksum}")
    elif asked.action == "image" or asked.image:
        image = ensure_node_image(asked.version, asked.cache, progress=progress)
        _say(f"{image.image} {image.seed_volume}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m provisioning.bundles", description=__doc__)
    parser.add_argument("action", choices=("build", "list", "verify", "image"))
    parser.add_argument(
        "version", nargs="?", default="", help="a release on offer; the default one if not given"
    )
    parser.add_argument("--source", choices=NAMES, default=AUTO)
    parser.add_argument(
        "--arch", choices=sorted(ARCHITECTURES), default="", help="this machine's if not given"
    )
    parser.add_argument("--force", action="store_true", help="build again what is there")
    parser.add_argument("--image", action="store_true", help="then make the node image, as `image` does")
    parser.add_argument("--disk", action="store_true", help="make the disk image for clouds instead")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="default: %(default)s")
    return parser


def _stopwatch() -> Progress:
    started = time.monotonic()
    return lambda line: _say(f"{time.monotonic() - started:7.1f} s  {line}")


def _show(bundle: BundleInfo) -> None:
    kind = f"{bundle.version:10} {bundle.arch:6} {bundle.source:9}"
    _say(f"{kind} {bundle.built_at:%Y-%m-%d %H:%M} {bundle.size >> 20:6} MiB {bundle.path}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
