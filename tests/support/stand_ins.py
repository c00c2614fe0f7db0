"""The images that our Dockerfile and docker-compose.yml build on: pulled, else made from Debian's packages."""

import contextlib
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.service_packages import apt

FOLDER = Path(__file__).parents[1] / "e2e/stand_ins"
IMAGES = {
    "python": "python:3.11-slim-bookworm",
    "postgres": "postgres:15-bookworm",
    "redis": "redis:7-bookworm",
}
DEBIAN = "debian:bookworm-slim"
KEPT = "slipway-stand-in"  # under this name they stay for the next run
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")


@contextlib.contextmanager
def base_images(folder: Path) -> Iterator[None]:
    """All of them under the names in our files; what is a stand-in loses that name at the end."""
    made: list[str] = []
    try:
        for name, image in IMAGES.items():
            if not _there(image):
                made.append(image)
                docker("tag", _stand_in(name, folder), image)
        yield
    finally:
        for image in made:
            docker("image", "rm", image)


def docker(*arguments: str) -> str:
    """What the Docker command says; an AssertionError with its complaint when it fails."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout.strip()


def _there(image: str) -> bool:
    return _known(image) or _succeeds("pull", "-q", image)


def _known(image: str) -> bool:
    return _succeeds("image", "inspect", image)


def _succeeds(*arguments: str) -> bool:
    return subprocess.run(["docker", *arguments], capture_output=True, check=False).returncode == 0


def _stand_in(name: str, folder: Path) -> str:
    """A stand-in as its folder describes it now; built if there is none yet."""
    files = sorted((FOLDER / name).iterdir())
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]
    kept = f"{KEPT}:{name}-{digest}"
    if not _known(kept):
        with _debian(folder):
            context = shutil.copytree(FOLDER / name, folder / name)
            shutil.copyfile(TRUSTED, context / TRUSTED.name)
            docker("build", "--tag", kept, str(context))
    return kept


@contextlib.contextmanager
def _debian(folder: Path) -> Iterator[None]:
    """Debian under its usual name while the block runs."""
    if _there(DEBIAN):
        yield
        return
    kept = f"{KEPT}:debian"
    if not _known(kept):
        if not shutil.which("mmdebstrap"):
            apt("install", "mmdebstrap")
        tree = folder / "debian.tar"
        command = [
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            "--include=ca-certificates",
            "bookworm",
            str(tree),
        ]
        subprocess.run(command, check=True)
        docker("import", str(tree), kept)
    docker("tag", kept, DEBIAN)
    try:
        yield
    finally:
        docker("image", "rm", DEBIAN)
