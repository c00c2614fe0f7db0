"""The server's own CA and certificate: made at the first start, the certificate renewed before it ends."""

import fcntl
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from slipway.server.files import CA_CERTIFICATE, CA_KEY, CERTIFICATE, KEY, write_private

CA_LIFE = timedelta(days=3650)
CERTIFICATE_LIFE = timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)


def ensure_certificates(home: Path, names: list[str]) -> bool:
    """Make what is missing, too old or lacks one of the names; whether the server's certificate is new."""
    with _one_at_a_time(home):
        if not (home / CA_KEY).exists():
            _make_authority(home)
        if _still_good(home / CERTIFICATE, names):
            return False
        _make_certificate(home, names)
        return True


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Several web processes that share a volume must agree on one CA."""
    (home / "tls").mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "tls/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_authority(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Slipway CA")])
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        _builder(name, name, key.public_key(), CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(home / CA_CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    write_private(home / CA_KEY, _pem(key))  # last: its presence says that both are there


def _make_certificate(home: Path, names: list[str]) -> None:
    authority = x509.load_pem_x509_certificate((home / CA_CERTIFICATE).read_bytes())
    authority_key = serialization.load_pem_private_key((home / CA_KEY).read_bytes(), password=None)
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{CA_KEY} is not the key that Slipway made")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slipway")])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), CERTIFICATE_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    write_private(home / KEY, _pem(key))
    write_private(home / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clients' clocks differ
        .not_valid_after(now + life)
    )


def _still_good(path: Path, names: list[str]) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.not_valid_after_utc - datetime.now(UTC) < RENEW_BEFORE:
        return False
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {_general_name(n) for n in names} <= set(extension.value)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
