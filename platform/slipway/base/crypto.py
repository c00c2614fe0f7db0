"""Encryption of secrets at rest, with Fernet keys from the key file or from SLIPWAY_ENCRYPTION_KEY.

Keys stand one a line (in the variable also between commas), the newest first: it encrypts, all of them
decrypt. To rotate, put a new key on top and restart; drop the old one once everything is written anew.
"""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from slipway.kernel.errors import Actor, SlipwayError


def encrypt(text: str) -> bytes:
    """`text` under the newest key."""
    return _fernet().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """What `encrypt` was given, under whichever key; SlipwayError when no key of ours fits."""
    try:
        return _fernet().decrypt(bytes(token)).decode()
    except InvalidToken:
        raise SlipwayError(
            "DecryptionFailed",
            "a stored secret was encrypted with a key that is not among the configured ones",
            actor=Actor.OPERATOR,
        ) from None


def _fernet() -> MultiFernet:
    return _with_keys(settings.SLIPWAY_ENCRYPTION_KEY or read_key_file(Path(settings.SLIPWAY_KEY_FILE)))


@lru_cache(maxsize=4)
def _with_keys(keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys.replace(",", " ").split()])
    except ValueError:
        raise SlipwayError(
            "EncryptionKeyInvalid",
            "the encryption keys must be 32 random bytes each, in URL-safe base64, newest first",
            actor=Actor.OPERATOR,
        ) from None


@lru_cache(maxsize=4)
def read_key_file(path: Path) -> str:
    """The key file's text; the file is made when it is missing."""
    if not path.exists():
        _make_key_file(path)
    return path.read_text()


def _make_key_file(path: Path) -> None:
    """Write a first key. A hard link appears whole or not at all, and never replaces another's key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".key-") as draft:  # mkstemp makes it 0600
        draft.write(Fernet.generate_key() + b"\n")
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
