"""Ubuntu's keyring, which Debian 12 has no package of: Ubuntu's own, checked, on this machine."""

import hashlib
import os
import subprocess
import urllib.request
from pathlib import Path

from provisioning.bundles.debian import UBUNTU_MIRROR

KEYRING = Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg")
_PACKAGE = "pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb"
_SHA256 = "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8"


def ubuntu_mirror() -> str:
    """Whence the bundle takes Ubuntu's packages, too."""
    return os.environ.get("SLIPWAY_UBUNTU_MIRROR", "").rstrip("/") or UBUNTU_MIRROR


def ensure_keyring(directory: Path) -> None:
    """Installed with dpkg, if it is not there; `directory` is for the package."""
    if KEYRING.exists():
        return
    with urllib.request.urlopen(f"{ubuntu_mirror()}/{_PACKAGE}", timeout=60) as answer:  # noqa: S310 - http, and checked
        content = answer.read()
    assert hashlib.sha256(content).hexdigest() == _SHA256, "not the keyring that was expected"
    package = directory / "ubuntu-keyring.deb"
    package.write_bytes(content)
    subprocess.run(["dpkg", "--install", package], check=True, capture_output=True)
