"""The source `upstream`: programs and images as their publishers offer them, every checksum verified."""

import re
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from provisioning.bundles.images import Image, release_images
from provisioning.bundles.layout import CNI_BINARY, BundleDir
from provisioning.bundles.manifest import sha256_of
from provisioning.bundles.oci import OciArchive
from provisioning.bundles.progress import Progress
from provisioning.bundles.registry import pull
from provisioning.versions import Release
from slipway.kernel.errors import Actor, SlipwayError

KUBERNETES_PROGRAMS = ("kubeadm", "kubelet", "kubectl")
ETCD_PROGRAMS = ("etcdctl", "etcdutl")
PATIENCE = 4.0  # seconds to decide whether there is a way to them
TIMEOUT = (10, 60)
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sites:
    """The servers; a mirror of them can be put in their place."""

    kubernetes: str = "https://dl.k8s.io/release"
    github: str = "https://github.com"
    registries: Mapping[str, str] = field(
        default_factory=dict
    )  # name in a reference → URL, where they differ


PUBLISHERS = Sites()


@dataclass(frozen=True, slots=True)
class Upstream:
    """Downloads the programs and images of a release."""

    arch: str
    progress: Progress
    sites: Sites = PUBLISHERS
    name: str = "upstream"

    def reachable(self, release: Release) -> bool:
        """Whether the release can be downloaded from here."""
        try:
            answer = requests.head(
                f"{self._kubernetes(release)}/kubeadm", timeout=PATIENCE, allow_redirects=True
            )
        except requests.RequestException:
            return False
        return answer.ok

    def fill(self, release: Release, bundle: BundleDir) -> list[str]:
        """Put the node's programs and the images into the bundle; the images' names."""
        bundle.bin.mkdir()
        self._fetch_kubernetes(release, bundle)
        self._fetch_etcd(release, bundle)
        self._fetch_cni(release, bundle)
        bundle.images.parent.mkdir()
        with OciArchive(bundle.images, self.arch) as archive:
            self.add(release, self.images(release), archive)
        return archive.names

    def _fetch_kubernetes(self, release: Release, bundle: BundleDir) -> None:
        for name in KUBERNETES_PROGRAMS:
            url = f"{self._kubernetes(release)}/{name}"
            self._fetch(url, bundle.bin / name, _first_digest(_text(f"{url}.sha256")))
            (bundle.bin / name).chmod(0o755)

    def _fetch_etcd(self, release: Release, bundle: BundleDir) -> None:
        base = f"{self.sites.github}/etcd-io/etcd/releases/download/v{release.etcd}"
        archive = f"etcd-v{release.etcd}-linux-{self.arch}.tar.gz"
        digest = _digest_of(archive, _text(f"{base}/SHA256SUMS"))
        self._fetch_programs(f"{base}/{archive}", digest, bundle, ETCD_PROGRAMS)

    def _fetch_cni(self, release: Release, bundle: BundleDir) -> None:
        base = f"{self.sites.github}/containernetworking/plugins/releases/download/v{release.cni_plugins}"
        url = f"{base}/cni-plugins-linux-{self.arch}-v{release.cni_plugins}.tgz"
        self._fetch_programs(url, _first_digest(_text(f"{url}.sha256")), bundle, (CNI_BINARY,))

    def images(self, release: Release) -> list[Image]:
        """All of them are published."""
        return release_images(release)

    def add(self, release: Release, images: Sequence[Image], archive: OciArchive) -> None:  # noqa: ARG002 - as in gomod
        """Pull these images into the archive."""
        with requests.Session() as session:
            for image in images:
                pull(
                    session, f"{image.upstream}:{image.tag}", image.reference, archive, self.sites.registries
                )
                self.progress(f"pulled {image.upstream}:{image.tag}")

    def _fetch_programs(self, url: str, digest: str, bundle: BundleDir, names: tuple[str, ...]) -> None:
        """Some programs out of a compressed archive."""
        with TemporaryDirectory(dir=bundle.root) as scratch:
            archive = Path(scratch) / "archive"
            self._fetch(url, archive, digest)
            with tarfile.open(archive) as tar:
                members = {Path(member.name).name: member for member in tar if member.isfile()}
                for name in names:
                    content = tar.extractfile(members[name])
                    if content:
                        with (bundle.bin / name).open("wb") as out:
                            shutil.copyfileobj(content, out)
                    (bundle.bin / name).chmod(0o755)

    def _fetch(self, url: str, out: Path, digest: str) -> None:
        with _get(url) as answer, out.open("wb") as file:
            for piece in answer.iter_content(PIECE):
                file.write(piece)
        if sha256_of(out) != digest:
            raise SlipwayError(
                "DownloadCorrupt", f"{url}: wrong checksum; build the bundle again", actor=Actor.OPERATOR
            )
        self.progress(f"downloaded {url.rpartition('/')[2]}: {out.stat().st_size >> 20} MiB")

    def _kubernetes(self, release: Release) -> str:
        return f"{self.sites.kubernetes}/v{release.version}/bin/linux/{self.arch}"


def _get(url: str) -> requests.Response:
    try:
        answer = requests.get(url, timeout=TIMEOUT, stream=True)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise SlipwayError(
            "SourceUnreachable",
            f"{url} could not be fetched; try again, or build with --source gomod",
            actor=Actor.OPERATOR,
            foreign=str(error),
        ) from error
    return answer


def _text(url: str) -> str:
    with _get(url) as answer:
        return answer.text


def _first_digest(text: str) -> str:
    found = re.search(r"\b[0-9a-f]{64}\b", text)
    return found[0] if found else ""


def _digest_of(name: str, listing: str) -> str:
    """The digest that a SHA256SUMS listing gives for a file."""
    return next((_first_digest(line) for line in listing.splitlines() if line.split()[-1:] == [name]), "")
