"""Ed25519 keys in OpenSSH's formats."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519


def new_key() -> str:
    """A private key as `ssh-keygen -t ed25519` writes it, without passphrase."""
    return (
        ed25519.Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        .decode()
    )


def public_key(key: str) -> str:
    """`ssh-ed25519 AAAA...`: a line of authorized_keys, or of known_hosts after the address."""
    private = serialization.load_ssh_private_key(key.encode(), password=None)
    return (
        private.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )
