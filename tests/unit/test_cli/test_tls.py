"""The CA of the kubeconfig is the only one that is trusted."""

import base64
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from slipway.cli.errors import Exit
from slipway.server.certificates import ensure_certificates
from slipway.server.files import CA_CERTIFICATE, CERTIFICATE, KEY


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"gitVersion": "v0.1.0"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def tls_server(tmp_path_factory):
    """A https server with a CA of its own: its URL and that CA."""
    home = tmp_path_factory.mktemp("tls")
    ensure_certificates(home, ["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / CERTIFICATE, home / KEY)
    with HTTPServer(("127.0.0.1", 0), _Handler) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://127.0.0.1:{httpd.server_port}", (home / CA_CERTIFICATE).read_bytes()
        httpd.shutdown()
        thread.join()


def kubeconfig(offline, url, authority=b""):
    cluster = {"server": url}
    if authority:
        cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
    document = {
        "clusters": [{"name": "x", "cluster": cluster}],
        "users": [{"name": "x", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "current-context": "x",
    }
    (offline.home / "admin.kubeconfig").write_text(json.dumps(document))


def test_a_server_of_the_kubeconfigs_ca_is_trusted(offline, tls_server):
    kubeconfig(offline, *tls_server)

    assert "server: v0.1.0" in offline("version").stdout
    assert "server: v0.1.0" in offline("version", REQUESTS_CA_BUNDLE="/nowhere").stdout


def test_a_server_of_another_ca_is_not(offline, tls_server, tmp_path):
    ensure_certificates(tmp_path / "other", ["127.0.0.1"])
    kubeconfig(offline, tls_server[0], (tmp_path / "other" / CA_CERTIFICATE).read_bytes())

    result = offline("cluster", "list", "-n", "demo")

    assert result.exit_code == Exit.UNREACHABLE
    assert "CA did not sign" in result.stderr


def test_without_a_ca_only_the_systems_are_trusted(offline, tls_server):
    kubeconfig(offline, tls_server[0])

    assert offline("cluster", "list", "-n", "demo").exit_code == Exit.UNREACHABLE


def test_login_takes_the_ca_from_a_file(offline, tls_server, tmp_path):
    authority = tmp_path / "ca.crt"
    authority.write_bytes(tls_server[1])

    result = offline(
        "login", tls_server[0], "--token", "t", "--certificate-authority", str(authority), "-n", "demo"
    )

    assert result.exit_code == 0
    assert "server: v0.1.0" in offline("version").stdout
