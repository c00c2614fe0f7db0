"""The system of a bare host: what an installer leaves on a disk, as an image of the engine."""

import hashlib
import subprocess
from pathlib import Path

from tests.support.bare.ubuntu import KEYRING, ubuntu_mirror
from tests.support.stand_ins import docker

REPOSITORY = "slipway-bare-host"
PASSWORD = "correct horse"  # sudo's, of the user ops
FIRMWARE = Path(__file__).with_name("firmware.sh")
SUITES = {
    "debian-12": ("bookworm", "http://deb.debian.org/debian", "main", ()),
    "ubuntu-24.04": (
        "noble", ubuntu_mirror(), "main",
        (f"--keyring={KEYRING}",),
    ),
}  # fmt: skip
PACKAGES = "apt,systemd,systemd-sysv,openssh-server,sudo"
SETTING_UP = """
chroot "$1" useradd --create-home --shell /bin/bash --groups sudo ops
echo 'ops:PASSWORD' | chroot "$1" chpasswd
chroot "$1" passwd --quiet --delete root
rm -f "$1"/etc/ssh/ssh_host_*
: > "$1"/etc/machine-id
install -m 755 FIRMWARE "$1"/firmware
"""


def ensure_image(system: str) -> str:
    """Made once (30 s) and kept."""
    suite, mirror, components, options = SUITES[system]
    hook = SETTING_UP.replace("PASSWORD", PASSWORD).replace("FIRMWARE", str(FIRMWARE))
    made_of = "\n".join((suite, PACKAGES, SETTING_UP, PASSWORD, FIRMWARE.read_text()))
    image = f"{REPOSITORY}:{system}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    if subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode:
        making = subprocess.Popen(
            ["mmdebstrap", "--quiet", "--variant=minbase", "--format=tar", f"--include={PACKAGES}",
             f"--components={components}", f"--customize-hook={hook}", *options, suite, "-", mirror],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        settings = ("VOLUME /var", "ENV container=docker", 'ENTRYPOINT ["/firmware"]')
        changes = [word for setting in settings for word in ("--change", setting)]
        subprocess.run(
            ["docker", "import", *changes, "-", image], stdin=making.stdout, check=True, capture_output=True
        )
        if making.wait():
            docker("image", "rm", image)
            raise AssertionError(f"mmdebstrap failed for {system}")
    return image


__all__ = ["PASSWORD", "docker", "ensure_image"]
