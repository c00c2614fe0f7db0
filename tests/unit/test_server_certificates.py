"""The server's certificates: made once, renewed in time, good for a real TLS client."""

import datetime
import ssl

import pytest
from cryptography import x509

from slipway.server import certificates
from slipway.server.certificates import ensure_certificates

NAMES = ["localhost", "127.0.0.1", "::1"]


def serial(home):
    return x509.load_pem_x509_certificate((home / "tls/server.crt").read_bytes()).serial_number


def test_made_once_and_kept(tmp_path):
    assert ensure_certificates(tmp_path, NAMES) is True
    before, authority = serial(tmp_path), (tmp_path / "tls/ca.crt").read_bytes()
    assert ensure_certificates(tmp_path, NAMES) is False
    assert serial(tmp_path) == before
    assert (tmp_path / "tls/ca.crt").read_bytes() == authority


def test_keys_are_private(tmp_path):
    ensure_certificates(tmp_path, NAMES)
    for name in ("ca.key", "server.key"):
        assert (tmp_path / "tls" / name).stat().st_mode & 0o777 == 0o600


def test_renewed_near_its_end_by_the_same_authority(tmp_path, monkeypatch):
    monkeypatch.setattr(certificates, "CERTIFICATE_LIFE", datetime.timedelta(days=29))
    ensure_certificates(tmp_path, NAMES)
    before, authority = serial(tmp_path), (tmp_path / "tls/ca.crt").read_bytes()
    monkeypatch.undo()
    assert ensure_certificates(tmp_path, NAMES) is True
    assert serial(tmp_path) != before
    assert (tmp_path / "tls/ca.crt").read_bytes() == authority


def test_a_new_name_makes_a_new_certificate(tmp_path):
    ensure_certificates(tmp_path, NAMES)
    assert ensure_certificates(tmp_path, [*NAMES, "slipway.example.org"]) is True


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_a_tls_client_accepts_it(tmp_path, name):
    ensure_certificates(tmp_path, NAMES)
    assert handshake(tmp_path, name).startswith("TLSv1.")


def test_a_tls_client_refuses_it_for_another_name(tmp_path):
    ensure_certificates(tmp_path, NAMES)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, "elsewhere.example.org")


def handshake(home, name):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(home / "tls/server.crt", home / "tls/server.key")
    client = ssl.create_default_context(cafile=str(home / "tls/ca.crt"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # the default of newer Pythons
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    left = client.wrap_bio(to_client, to_server, server_hostname=name)
    right = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (left, right):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return left.version()
