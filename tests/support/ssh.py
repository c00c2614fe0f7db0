"""SSH to a machine as Slipway does it: with a key of its own, to a machine whose host key is known."""

import subprocess
import time
from pathlib import Path


class Key:
    """Both halves of a key pair."""

    def __init__(self, path: Path) -> None:
        self.private = path.read_text()
        self.public = path.with_suffix(".pub").read_text().strip()


def new_key(path: Path) -> Key:
    """A key pair at that path."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path))
    return Key(path)


def ssh(
    key: Path,
    known: Path,
    address: str,
    command: str,
    patience: float = 30,
    *,
    port: int = 22,
    handshake: int = 2,
) -> str:
    """What the command says there, once the machine answers; never if it shows another host key."""
    strict = ["-oStrictHostKeyChecking=yes", f"-oUserKnownHostsFile={known}", "-oBatchMode=yes"]
    where = [f"-oConnectTimeout={handshake}", f"-p{port}", f"root@{address}"]
    deadline = time.monotonic() + patience
    while True:
        try:
            return run("ssh", "-i", str(key), *strict, *where, command)
        except subprocess.CalledProcessError as error:
            if time.monotonic() > deadline or "verification failed" in error.stderr:
                raise
            time.sleep(0.2)


def run(*command: str) -> str:
    """What a command of this machine says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
