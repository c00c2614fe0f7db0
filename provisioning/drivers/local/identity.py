"""The files by which a machine and Slipway know each other; in the environment anyone could read them."""

import io
import tarfile


def archive(ssh_key: str, ssh_host_key: str) -> bytes:
    """A tar of root's authorized key and, if there is one, the host key that the machine must show."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        _add_directory(tar, "root/.ssh", 0o700)
        _add_file(tar, "root/.ssh/authorized_keys", ssh_key, 0o600)
        if ssh_host_key:
            _add_file(tar, "etc/ssh/ssh_host_ed25519_key", ssh_host_key, 0o600)
    return buffer.getvalue()


def _add_directory(tar: tarfile.TarFile, path: str, mode: int) -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    tar.addfile(entry)


def _add_file(tar: tarfile.TarFile, path: str, text: str, mode: int) -> None:
    content = text.rstrip("\n").encode() + b"\n"
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))
