"""One SSH connection to a host, by OpenSSH: commands as root, files by their content. Gone when the session ends."""

import os
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from shlex import join, quote
from typing import BinaryIO, Final

from provisioning import conditions as c
from provisioning.drivers.baremetal import faults
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.identity.ssh_access import BASTION, MACHINE, SshAccess, files

CONNECT_SECONDS: Final = 5
_MEMORY: Final = "/dev/shm"  # noqa: S108 - keys stay off the disk; the directory in it is our own, 0700
_CONNECTION_LOST: Final = 255  # ssh's own exit code


class Session:
    """Commands on one host over one connection."""

    def __init__(self, access: SshAccess, root: Path) -> None:
        self._access, self._root = access, root
        self._where = faults.place(access)

    def root(self, script: str, *words: str, feed: BinaryIO | None = None, seconds: float = 60) -> str:
        """Run a shell script as root, with `words` as its arguments and `feed` as its input; its output."""
        if self._access.by_root:
            return self._run(join(["sh", "-c", script, "slipway", *words]), feed or BytesIO(), b"", seconds)
        # A sudo that asks for nothing reads nothing: what it left of the preamble is skipped up to a mark.
        mark = secrets.token_hex(16)
        skipping = f'while IFS= read -r line; do [ "$line" = {mark} ] && break; done\n{script}'
        become = ["sudo", *(("-k", "-S", "-p", "") if self._access.sudo_password else ("-n",)), "--"]
        command = join([*become, "sh", "-c", skipping, "slipway", *words])
        preamble = f"{self._access.sudo_password}\n{mark}\n".encode()
        return self._run(command, feed or BytesIO(), preamble, seconds)

    def user(self, script: str) -> str:
        """Run a shell script as the user who logs in."""
        return self._run(f"sh -c {quote(script)}", BytesIO(), b"", 60)

    def shown_keys(self) -> tuple[str, str]:
        """The host keys that the host and its bastion showed: public, type and base64."""
        return self._shown(MACHINE), self._shown(BASTION)

    def close(self) -> None:
        subprocess.run(
            [*self._ssh(), "-O", "exit", MACHINE], capture_output=True, check=False, timeout=CONNECT_SECONDS
        )

    def _shown(self, name: str) -> str:
        path = self._root / f"{name}.known"
        first = path.read_text().splitlines()[:1] if path.exists() else []
        return " ".join(first[0].split()[1:3]) if first else ""

    def _ssh(self) -> list[str]:
        return ["ssh", "-F", str(self._root / "config")]

    def _at_bastion(self) -> str:
        """A connection that is shared says nothing of the bastion on its way: it is asked alone."""
        if not self._access.bastion:
            return ""
        target = f"[{self._access.address}]:{self._access.port}"
        alone = ["-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "LogLevel=INFO"]
        with suppress(subprocess.TimeoutExpired):
            asked = [*self._ssh(), *alone, "-W", target, BASTION]
            done = subprocess.run(
                asked, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=2 * CONNECT_SECONDS
            )
            return done.stderr.decode(errors="replace") if done.returncode else ""
        return ""

    def _run(self, command: str, feed: BinaryIO, preamble: bytes, seconds: float) -> str:
        with subprocess.Popen(
            [*self._ssh(), MACHINE, command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            pipe, process.stdin = process.stdin, None  # ours: communicate() would close it
            assert pipe is not None  # noqa: S101 - asked for above
            feeder = threading.Thread(target=_feed, args=(pipe, preamble, feed), daemon=True)
            feeder.start()
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                text = f"{self._where}: a command did not end within {seconds:.0f} s"
                raise HostFault(c.HOST_UNREACHABLE, text) from None
            finally:
                feeder.join(timeout=CONNECT_SECONDS)
        said = err.decode(errors="replace")
        if process.returncode == _CONNECTION_LOST:
            raise faults.of_connection(said, self._access, self._at_bastion())
        if process.returncode:
            raise faults.of_command(process.returncode, said, self._where)
        return out.decode(errors="replace")


def _feed(pipe: BinaryIO, preamble: bytes, feed: BinaryIO) -> None:
    # a command that ends early says why in its own words
    with suppress(BrokenPipeError, ConnectionResetError), pipe:
        pipe.write(preamble)
        shutil.copyfileobj(feed, pipe, 1 << 20)


@contextmanager
def session(access: SshAccess) -> Iterator[Session]:
    """A connection that is made by the first command, kept for the others, and closed at the end."""
    root = Path(tempfile.mkdtemp(prefix="slipway-ssh-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None))
    options = {
        "ConnectTimeout": str(CONNECT_SECONDS),
        "ServerAliveInterval": "5",
        "ServerAliveCountMax": "3",
        "ControlMaster": "auto",
        "ControlPath": f"{root}/%C",
        "ControlPersist": "60",
    }
    opened = Session(access, root)
    try:
        for name, content in files(access, root, **options).items():
            (root / name).touch(0o600)
            (root / name).write_text(content)
        yield opened
    finally:
        with suppress(subprocess.SubprocessError):
            opened.close()
        shutil.rmtree(root, ignore_errors=True)
