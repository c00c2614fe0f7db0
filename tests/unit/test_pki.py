"""What Slipway makes as a cluster's identity is what kubeadm, Kubernetes and OpenSSH read it as."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509.oid import NameOID

from provisioning.identity.pki import ClusterIdentity

ENDPOINT = "https://192.0.2.10:6443"


@pytest.fixture(scope="module")
def identity():
    return ClusterIdentity.create(["cp1"])


def certificate(pem):
    return x509.load_pem_x509_certificate(pem if isinstance(pem, bytes) else pem.encode())


def client_certificate(config):
    return certificate(b64decode(config["users"][0]["user"]["client-certificate-data"]))


@pytest.mark.parametrize(
    ("path", "name"),
    [("pki/ca", "kubernetes"), ("pki/front-proxy-ca", "front-proxy-ca"), ("pki/etcd/ca", "etcd-ca")],
)
def test_authorities_are_as_kubeadm_makes_them(identity, path, name):
    files = identity.files([], ENDPOINT)
    ca = certificate(files[f"{path}.crt"])
    usage = ca.extensions.get_extension_for_class(x509.KeyUsage)
    assert ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == name
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert usage.value.key_cert_sign
    assert usage.value.digital_signature
    assert ca.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
        x509.DNSName
    ) == [name]
    assert load_pem_private_key(files[f"{path}.key"], None).public_key() == ca.public_key()


def test_an_authority_is_valid_for_ten_years_and_for_clocks_that_lag():
    now = datetime(2030, 1, 1, tzinfo=UTC)
    ca = certificate(ClusterIdentity.create(now=now).cluster.certificate)
    assert ca.not_valid_before_utc == now - timedelta(minutes=5)
    assert ca.not_valid_after_utc == now + timedelta(days=3650)


def test_service_account_keys_belong_together(identity):
    files = identity.files([], ENDPOINT)
    private = load_pem_private_key(files["pki/sa.key"], None)
    assert load_pem_public_key(files["pki/sa.pub"]) == private.public_key()


def test_a_worker_gets_the_credential_of_its_node(identity):
    config = yaml.safe_load(identity.files(["w1"], ENDPOINT)["nodes/w1/kubelet.conf"])
    client = client_certificate(config)
    client.verify_directly_issued_by(certificate(identity.cluster.certificate))
    assert client.subject.rfc4514_string() == "CN=system:node:w1,O=system:nodes"
    assert config["clusters"][0]["cluster"]["server"] == ENDPOINT


def test_the_bootstrap_credential_ends_soon(identity):
    client = client_certificate(yaml.safe_load(identity.files([], ENDPOINT)["admin.conf"]))
    assert "O=system:masters" in client.subject.rfc4514_string()
    assert client.not_valid_after_utc - datetime.now(UTC) <= timedelta(hours=2)


def test_json_keeps_everything(identity):
    assert ClusterIdentity.from_json(identity.to_json()) == identity


def test_a_machine_keeps_its_host_key(identity):
    more = identity.with_ssh_host_keys(["cp1", "w1"])
    assert more.ssh_host_keys["cp1"] == identity.ssh_host_keys["cp1"]
    assert set(more.ssh_host_keys) == {"cp1", "w1"}
    assert more.with_ssh_host_keys(["w1"]) is more


def test_known_hosts_names_address_and_public_key(identity):
    line = identity.known_hosts({"cp1": "192.0.2.11"})
    assert line.startswith("192.0.2.11 ssh-ed25519 AAAA")
    assert identity.ssh_public_key.startswith("ssh-ed25519 AAAA")


def test_no_private_key_in_what_is_printed(identity):
    assert "PRIVATE" not in repr(identity)
