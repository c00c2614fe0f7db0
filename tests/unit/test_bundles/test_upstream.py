"""The source `upstream`, against publishers and a registry that this test plays over real HTTP."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from provisioning.bundles.gomod import GoModules
from provisioning.bundles.images import release_images
from provisioning.bundles.layout import BundleDir
from provisioning.bundles.sources import choose
from provisioning.bundles.upstream import Sites, Upstream
from provisioning.versions import find
from slipway.kernel.errors import SlipwayError

RELEASE = find("1.37.2")
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
HOSTS = ("registry.k8s.io", "ghcr.io", "docker.io")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def archive(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"some-folder/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


@dataclass
class Publishers:
    """Files by path; a registry's need a token."""

    url: str = ""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path, data, media_type="application/octet-stream"):
        self.files[path] = (data, media_type)

    def put_release(self, arch):
        base = f"/k8s/v{RELEASE.version}/bin/linux/{arch}"
        for name in ("kubeadm", "kubelet", "kubectl"):
            self.put(f"{base}/{name}", f"{name} for {arch}".encode())
            self.put(f"{base}/{name}.sha256", sha(f"{name} for {arch}".encode()).encode())
        etcd = f"/github/etcd-io/etcd/releases/download/v{RELEASE.etcd}"
        name = f"etcd-v{RELEASE.etcd}-linux-{arch}.tar.gz"
        data = archive(etcd=b"server", etcdctl=b"client", etcdutl=b"util")
        self.put(f"{etcd}/{name}", data)
        listed, _ = self.files.get(f"{etcd}/SHA256SUMS", (b"", ""))
        self.put(f"{etcd}/SHA256SUMS", listed + f"{sha(data)}  {name}\n".encode())
        cni = f"/github/containernetworking/plugins/releases/download/v{RELEASE.cni_plugins}"
        name = f"cni-plugins-linux-{arch}-v{RELEASE.cni_plugins}.tgz"
        data = archive(bridge=b"bridge", flannel=b"flannel plugin")
        self.put(f"{cni}/{name}", data)
        self.put(f"{cni}/{name}.sha256", f"{sha(data)}  {name}\n".encode())

    def put_images(self):
        for image in release_images(RELEASE):
            host, repository = image.upstream.split("/", 1)
            base = f"/{host}/v2/{repository}"
            self.put(f"{base}/manifests/{image.tag}", *self._index(base, image.name))

    def _index(self, base, name):
        entries = []
        for arch in ("s390x", "amd64", "arm64"):
            manifest = json.dumps(self._manifest(base, name, arch)).encode()
            self.put(f"{base}/manifests/sha256:{sha(manifest)}", manifest, MANIFEST)
            platform = {"os": "linux", "architecture": arch}
            entries.append({"mediaType": MANIFEST, "digest": f"sha256:{sha(manifest)}", "platform": platform})
        return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode(), INDEX

    def _manifest(self, base, name, arch):
        blobs = []
        shared = gzip.compress(b"base of all", mtime=0)
        for data in (json.dumps({"architecture": arch}).encode(), shared, f"{name} {arch}".encode()):
            self.put(f"{base}/blobs/sha256:{sha(data)}", data)
            blobs.append({"mediaType": "x", "digest": f"sha256:{sha(data)}", "size": len(data)})
        return {"schemaVersion": 2, "mediaType": MANIFEST, "config": blobs[0], "layers": blobs[1:]}

    @property
    def sites(self):
        return Sites(f"{self.url}/k8s", f"{self.url}/github", {host: f"{self.url}/{host}" for host in HOSTS})


class Handler(BaseHTTPRequestHandler):
    publishers: Publishers

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.publishers.asked.append(path)
        if path == "/token":
            self._answer(200, json.dumps({"token": f"for-{query}"}).encode())
        elif "/v2/" in path and not self.headers.get("Authorization", "").startswith(
            "Bearer for-service=test"
        ):
            challenge = f'Bearer realm="{self.publishers.url}/token",service="test",scope="pull"'
            self._answer(401, b"", **{"WWW-Authenticate": challenge})
        elif path in self.publishers.files:
            data, media_type = self.publishers.files[path]
            self._answer(200, data, **{"Content-Type": media_type})
        else:
            self._answer(404, b"no such file")

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def _answer(self, code, data, **headers):
        self.send_response(code)
        for key, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def publishers():
    made = Publishers()
    for arch in ("amd64", "arm64"):
        made.put_release(arch)
    made.put_images()
    handler = type("H", (Handler,), {"publishers": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def bundle(tmp_path):
    made = BundleDir(tmp_path / "bundle")
    made.root.mkdir()
    return made


def fill(publishers, bundle, arch="amd64"):
    return Upstream(arch, lambda _: None, publishers.sites).fill(RELEASE, bundle)


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_programs_and_images_come_for_the_architecture_under_our_names(publishers, bundle, arch):
    names = fill(publishers, bundle, arch)
    assert names == [image.reference for image in release_images(RELEASE)]
    assert {p.name: p.read_bytes() for p in bundle.bin.iterdir()} == {
        **{n: f"{n} for {arch}".encode() for n in ("kubeadm", "kubelet", "kubectl")},
        "etcdctl": b"client", "etcdutl": b"util", "flannel": b"flannel plugin",
    }  # fmt: skip
    assert all(p.stat().st_mode & 0o111 for p in bundle.bin.iterdir())
    with tarfile.open(bundle.images) as tar:
        index = json.load(tar.extractfile("index.json"))["manifests"]
        assert [m["annotations"]["io.containerd.image.name"] for m in index] == names
        for entry in index:
            manifest = json.load(tar.extractfile(f"blobs/sha256/{entry['digest'][7:]}"))
            config = json.load(tar.extractfile(f"blobs/sha256/{manifest['config']['digest'][7:]}"))
            assert config["architecture"] == arch
            assert all(
                f"blobs/sha256/{layer['digest'][7:]}" in tar.getnames() for layer in manifest["layers"]
            )


def test_a_layer_that_images_share_is_fetched_once(publishers, bundle):
    fill(publishers, bundle)
    shared = f"/blobs/sha256:{sha(gzip.compress(b'base of all', mtime=0))}"
    fetched = [path for path in publishers.asked if path.endswith(shared)]
    assert len(fetched) == 1


@pytest.mark.parametrize("what", ["kubelet", "etcd", "cni-plugins", "blobs/sha256", "manifests/sha256"])
def test_what_was_changed_on_the_way_is_refused(publishers, bundle, what):
    for path, (data, media_type) in list(publishers.files.items()):
        if what in path and not path.endswith((".sha256", "SHA256SUMS")):
            publishers.files[path] = (data + b"!", media_type)
    with pytest.raises(SlipwayError, match="wrong checksum") as caught:
        fill(publishers, bundle)
    assert caught.value.code == "DownloadCorrupt"


@pytest.mark.parametrize("what", ["/kubectl", "/SHA256SUMS", "/pause/manifests/"])
def test_what_is_not_there_is_named(publishers, bundle, what):
    for path in [path for path in publishers.files if what in path]:
        del publishers.files[path]
    with pytest.raises(SlipwayError, match="could not be fetched") as caught:
        fill(publishers, bundle)
    assert caught.value.code == "SourceUnreachable"
    assert "404" in caught.value.foreign


def test_auto_is_upstream_where_it_answers(publishers, tmp_path):
    lines: list[str] = []
    assert isinstance(choose("auto", RELEASE, tmp_path, "amd64", lines.append, publishers.sites), Upstream)
    assert lines == []


@pytest.mark.parametrize("sites", [Sites("http://127.0.0.1:1/k8s"), None])
def test_auto_is_gomod_where_it_does_not(publishers, tmp_path, sites):
    publishers.files.clear()  # a proxy that answers everything with an error is no publisher either
    lines: list[str] = []
    chosen = choose("auto", RELEASE, tmp_path, "amd64", lines.append, sites or publishers.sites)
    assert isinstance(chosen, GoModules)
    assert "do not answer" in lines[0]


def test_a_source_that_was_asked_for_is_taken_unasked(tmp_path):
    nowhere = Sites("http://127.0.0.1:1/k8s")
    assert choose("upstream", RELEASE, tmp_path, "amd64", print, nowhere).name == "upstream"
    assert choose("gomod", RELEASE, tmp_path, "amd64", print, nowhere).name == "gomod"
    with pytest.raises(SlipwayError, match="choose one of auto, upstream, gomod"):
        choose("floppy", RELEASE, tmp_path, "amd64", print, nowhere)
