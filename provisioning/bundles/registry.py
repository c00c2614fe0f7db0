"""Copies one image from a registry into an OCI archive, over the registry's HTTP API."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from provisioning.bundles.manifest import sha256_of
from provisioning.bundles.oci import OciArchive
from slipway.kernel.errors import Actor, SlipwayError

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
HOSTS = {"docker.io": "registry-1.docker.io"}  # answers under another name
TIMEOUT = (10, 120)
PIECE = 1 << 20


def pull(
    session: requests.Session, source: str, name: str, archive: OciArchive, sites: Mapping[str, str]
) -> None:
    """Store `source` (registry/repository:tag) in the archive as `name`, in the archive's architecture."""
    location, tag = source.rsplit(":", 1)
    host, repository = location.split("/", 1)
    site = sites.get(host, f"https://{HOSTS.get(host, host)}")
    remote = _Repository(session, f"{site}/v2/{repository}")
    data, media_type = remote.manifest(tag)
    if media_type in INDEXES:
        data, media_type = remote.manifest(_for_arch(json.loads(data), archive.arch, source))
    manifest = json.loads(data)
    for blob in (manifest["config"], *manifest["layers"]):
        if not archive.holds(blob["digest"]):
            remote.copy_blob(blob, archive)
    archive.manifest(name, data, media_type)


@dataclass(slots=True)
class _Repository:
    """One repository of a registry, with the token that it may ask for."""

    session: requests.Session
    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def manifest(self, reference: str) -> tuple[bytes, str]:
        """A manifest's bytes and media type, by tag or by digest."""
        answer = self._get(f"manifests/{reference}", accept=", ".join((*INDEXES, *MANIFESTS)))
        if reference.startswith("sha256:"):
            _verify(hashlib.sha256(answer.content).hexdigest(), reference, self.url)
        return answer.content, answer.headers.get("Content-Type", "").partition(";")[0]

    def copy_blob(self, blob: Mapping[str, Any], archive: OciArchive) -> None:
        """Download one blob, compare its digest, store it."""
        with TemporaryDirectory(dir=archive.path.parent) as scratch:
            file = Path(scratch) / "blob"
            with self._get(f"blobs/{blob['digest']}") as answer, file.open("wb") as out:
                for piece in answer.iter_content(PIECE):
                    out.write(piece)
            _verify(sha256_of(file), blob["digest"], self.url)
            archive.blob_from_file(file, blob["mediaType"])

    def _get(self, path: str, accept: str = "*/*") -> requests.Response:
        try:
            answer = self._ask(path, accept)
            if answer.status_code == requests.codes.unauthorized:
                self._log_in(answer.headers.get("WWW-Authenticate", ""))
                answer = self._ask(path, accept)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise SlipwayError(
                "SourceUnreachable",
                f"{self.url}/{path} could not be fetched; try again, or build with --source gomod",
                actor=Actor.OPERATOR,
                foreign=str(error),
            ) from error
        return answer

    def _ask(self, path: str, accept: str) -> requests.Response:
        headers = {**self.headers, "Accept": accept}
        return self.session.get(f"{self.url}/{path}", headers=headers, timeout=TIMEOUT, stream=True)

    def _log_in(self, challenge: str) -> None:
        """Registries give anonymous readers a short-lived token at the address that their refusal names."""
        asked = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        answer = self.session.get(asked.pop("realm", ""), params=asked, timeout=TIMEOUT)
        answer.raise_for_status()
        document = answer.json()
        self.headers["Authorization"] = f"Bearer {document.get('token') or document.get('access_token')}"


def _for_arch(index: Mapping[str, Any], arch: str, source: str) -> str:
    for entry in index["manifests"]:
        platform = entry.get("platform", {})
        if platform.get("os") == "linux" and platform.get("architecture") == arch:
            return str(entry["digest"])
    raise SlipwayError("ImageMissing", f"{source} has no image for linux/{arch}", actor=Actor.OPERATOR)


def _verify(found: str, digest: str, url: str) -> None:
    if f"sha256:{found}" != digest:
        raise SlipwayError(
            "DownloadCorrupt", f"{url}@{digest}: wrong checksum; build the bundle again", actor=Actor.OPERATOR
        )
