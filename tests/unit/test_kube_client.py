"""The cluster client against servers that speak TLS and want a client certificate of the identity."""

import json
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from provisioning.identity.pki import ClusterIdentity
from provisioning.kube.client import connect
from provisioning.kube.etcd import EtcdClient
from provisioning.kube.http import RefusedError
from provisioning.kube.observation import Workload

FLANNEL = Workload("daemonsets", "kube-flannel", "kube-flannel-ds")
METRICS = Workload("deployments", "kube-system", "metrics-server")
COREDNS_PATH = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
ETCD_PODS_PATH = "/api/v1/namespaces/kube-system/pods?labelSelector=component%3Detcd"
FLANNEL_PATH = "/apis/apps/v1/namespaces/kube-flannel/daemonsets/kube-flannel-ds"


@pytest.fixture(scope="module")
def identity():
    return ClusterIdentity.create()


def server_context(authority, directory):
    """A server that shows a certificate of that authority for 127.0.0.1, and wants one from its clients."""
    ca = x509.load_pem_x509_certificate(authority.certificate.encode())
    ca_key = serialization.load_pem_private_key(authority.key.encode(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    chain = directory / f"{time.monotonic_ns()}.pem"
    chain.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(chain)
    return context


@contextmanager
def serving(authority, answer, directory):
    """An HTTPS server; `answer(method, path, body, common_name)` gives (status, text or document)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            subject = dict(part[0] for part in self.connection.getpeercert()["subject"])
            status, value = answer(
                self.command, self.path, json.loads(body) if body else None, subject["commonName"]
            )
            data = (value if isinstance(value, str) else json.dumps(value)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the names http.server wants

        def log_message(self, *args):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = server_context(authority, directory).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def api(objects):
    """An API server that holds these documents and is ready."""

    def answer(method, path, body, user):
        if path == "/readyz":
            return 200, "ok"
        if path in objects:
            return 200, objects[path]
        return 404, {"kind": "Status", "message": f"{path} not found"}

    return answer


def a_node(name):
    return {
        "metadata": {"name": name},
        "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]},
    }


def an_etcd_pod(node, ready):
    return {
        "metadata": {"uid": node},
        "spec": {"nodeName": node},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


COREDNS = {"metadata": {}, "spec": {"replicas": 2}, "status": {"updatedReplicas": 2, "availableReplicas": 1}}
FLANNEL_RUNS = {
    "metadata": {},
    "status": {"desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1},
}


def test_a_healthy_cluster_is_seen(identity, tmp_path):
    objects = {
        "/api/v1/nodes": {"items": [a_node("cp1"), a_node("w1")]},
        COREDNS_PATH: COREDNS,
        FLANNEL_PATH: FLANNEL_RUNS,
        ETCD_PODS_PATH: {"items": [an_etcd_pod("cp1", "True"), an_etcd_pod("cp2", "False")]},
    }
    with serving(identity.cluster, api(objects), tmp_path) as url, connect(identity, url) as cluster:
        seen = cluster.observe([], {"cni": (FLANNEL,), "metrics": (METRICS,)})
    assert [(m.name, m.healthy) for m in seen.etcd_members] == [("cp1", True), ("cp2", False)], (
        "by their pods"
    )
    assert seen.api_ready
    assert [node.name for node in seen.nodes if node.ready] == ["cp1", "w1"]
    assert seen.dns_ready
    assert seen.addons_ready == {"cni": True, "metrics": False}


def test_nobody_there_is_an_observation(identity):
    with connect(identity, "https://127.0.0.1:1") as cluster:
        seen = cluster.observe(["127.0.0.1"], {"cni": (FLANNEL,)})
    assert not seen.api_ready
    assert "refuses connections" in seen.api_message
    assert seen.nodes == seen.etcd_members == ()
    assert seen.addons_ready == {"cni": False}


def test_a_server_that_hangs_costs_a_bounded_time(identity, tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.kube.http.CALL_SECONDS", 0.3)
    release = threading.Event()

    def hang(*_):
        release.wait(5)
        return 200, "ok"

    started = time.monotonic()
    with serving(identity.cluster, hang, tmp_path) as url, connect(identity, url) as cluster:
        seen = cluster.observe([])
        release.set()
    assert time.monotonic() - started < 2
    assert not seen.api_ready
    assert "did not answer within 0.3 seconds" in seen.api_message


def test_the_failing_checks_are_named(identity, tmp_path):
    text = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/rbac failed: reason withheld\n"
    with (
        serving(identity.cluster, lambda *_: (500, text), tmp_path) as url,
        connect(identity, url) as cluster,
    ):
        seen = cluster.observe([])
    assert seen.api_message == "the API server is not ready: etcd, poststarthook/rbac failing"


def test_another_clusters_server_is_not_believed(identity, tmp_path):
    other = ClusterIdentity.create()
    with serving(other.cluster, api({}), tmp_path) as url, connect(identity, url) as cluster:
        seen = cluster.observe([])
    assert not seen.api_ready
    assert "not this cluster's" in seen.api_message


def test_a_node_is_patched(identity, tmp_path):
    calls = []

    def answer(method, path, body, user):
        calls.append((method, path, body, user))
        return 200, {}

    change = {"metadata": {"labels": {"tier": "web"}}}
    with serving(identity.cluster, answer, tmp_path) as url, connect(identity, url) as cluster:
        cluster.patch_node("w1", change)
    assert calls == [("PATCH", "/api/v1/nodes/w1", change, "slipway")]


def test_services_with_a_load_balancer_are_deleted_and_named_until_they_are_gone(identity, tmp_path):
    calls = []
    services = [
        {"metadata": {"namespace": "shop", "name": "front"}, "spec": {"type": "LoadBalancer"}},
        {"metadata": {"namespace": "shop", "name": "inside"}, "spec": {"type": "ClusterIP"}},
        {
            "metadata": {"namespace": "a", "name": "going", "deletionTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"type": "LoadBalancer"},
        },
    ]

    def answer(method, path, body, user):
        calls.append((method, path))
        return 200, {"items": services}

    with serving(identity.cluster, answer, tmp_path) as url, connect(identity, url) as cluster:
        assert cluster.release_services() == ["shop/front", "a/going"]
    assert calls[1:] == [("DELETE", "/api/v1/namespaces/shop/services/front")]


def test_a_refusal_keeps_the_servers_words(identity, tmp_path):
    with (
        serving(identity.cluster, lambda *_: (403, {"message": "nodes is forbidden"}), tmp_path) as url,
        connect(identity, url) as cluster,
        pytest.raises(RefusedError) as error,
    ):
        cluster.patch_node("w1", {})
    assert error.value.foreign == "nodes is forbidden"


class Etcd:
    """A gateway that answers for every member of a cluster: three."""

    def __init__(self, *, unhealthy=()):
        self.members = ["1", "2", "3"]
        self.unhealthy = unhealthy
        self.urls = {}

    def answering(self, own):
        def answer(method, path, body, user):
            if path == "/health":
                healthy = own not in self.unhealthy
                return (200 if healthy else 503), {"health": "true" if healthy else "false"}
            if path.endswith("member/list"):
                return 200, {"members": [self.member(m) for m in self.members]}
            return 200, {}

        return answer

    def member(self, own):
        return {"ID": own, "name": f"cp{own}", "clientURLs": [self.urls[own]]}


@contextmanager
def etcd_cluster(identity, directory, **kwargs):
    etcd = Etcd(**kwargs)
    with (
        serving(identity.etcd, etcd.answering("1"), directory) as one,
        serving(identity.etcd, etcd.answering("2"), directory) as two,
        serving(identity.etcd, etcd.answering("3"), directory) as three,
    ):
        etcd.urls = {"1": one, "2": two, "3": three}
        with EtcdClient(identity, ["https://127.0.0.1:1", one, two, three]) as client:
            yield client


def test_etcd_members_are_seen_though_one_address_is_dead(identity, tmp_path):
    with etcd_cluster(identity, tmp_path, unhealthy=("2",)) as client:
        seen = {member.name: member.healthy for member in client.members()}
    assert seen == {"cp1": True, "cp2": False, "cp3": True}
