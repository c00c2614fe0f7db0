"""The nodes' small client before a load balancer that has not yet noticed that a control plane is gone."""

import json
import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from provisioning.identity.kubeconfig import issue_kubeconfig
from provisioning.identity.pki import ClusterIdentity
from tests.unit.test_kube_client import server_context


@pytest.fixture(scope="module")
def identity():
    return ClusterIdentity.create()


@contextmanager
def hanging_up(identity, directory, times):
    """A server that takes a call and hangs up, as often as told, and then answers every request with a Node."""
    body = json.dumps({"kind": "Node"}).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    context = server_context(identity.cluster, directory)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with suppress(OSError):  # nobody called so often
                for _ in range(times):
                    listening.accept()[0].close()
                with context.wrap_socket(listening.accept()[0], server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def kubeconfig(identity, tmp_path):
    def write(endpoint):
        file = tmp_path / "admin.conf"
        document = issue_kubeconfig(
            identity, cluster_name="web", endpoint_url=endpoint, user="ada", groups=["slipway:viewers"]
        )
        file.write_text("\n".join(f"{key}: {value}" for key, value in flat(document)))
        return file

    return write


def flat(document):
    """The lines that the client looks for; it reads no YAML, since a node need not have a library for it."""
    cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
    return [*cluster.items(), *user.items()]


def test_a_control_plane_that_hangs_up_is_called_again(load, identity, kubeconfig, tmp_path):
    with hanging_up(identity, tmp_path, times=3) as endpoint:
        kube = load("slipway_kube").Kube(kubeconfig(endpoint))
        assert kube.find("/api/v1/nodes/cp-1") == {"kind": "Node"}


def test_nobody_is_called_for_ever(load, identity, kubeconfig, tmp_path):
    slipway_kube = load("slipway_kube")
    with hanging_up(identity, tmp_path, times=9) as endpoint:
        kube = slipway_kube.Kube(kubeconfig(endpoint), patience=0)
        with pytest.raises(slipway_kube.KubeError, match="unreachable"):
            kube.find("/api/v1/nodes/cp-1")
