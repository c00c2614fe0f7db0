"""What both sides build: read from the manifest that Slipway is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TENANT = "bench"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One Cluster and its NodePools, in a tenant of the benchmark's own."""

    documents: tuple[dict[str, Any], ...]
    version: str

    @classmethod
    def read(cls, manifest: Path, *, version: str) -> "Declaration":
        """The manifest's objects, moved to the benchmark's tenant; a Tenant in it is left out."""
        documents = [d for d in yaml.safe_load_all(manifest.read_text()) if d and d["kind"] != "Tenant"]
        for document in documents:
            document["metadata"]["namespace"] = TENANT
            if document["kind"] == "Cluster":
                document["spec"]["version"] = version
        return cls(tuple(documents), version)

    @property
    def cluster(self) -> str:
        """Name of the Cluster."""
        return str(self._of_kind("Cluster")[0]["metadata"]["name"])

    @property
    def pool(self) -> str:
        """Name of the NodePool that grows."""
        return str(self._of_kind("NodePool")[0]["metadata"]["name"])

    @property
    def pool_size(self) -> int:
        """Workers in that pool."""
        return int(self._of_kind("NodePool")[0]["spec"].get("replicas", 1))

    @property
    def control_planes(self) -> int:
        """Machines that run the API and etcd."""
        return int(self._of_kind("Cluster")[0]["spec"].get("controlPlane", {}).get("replicas", 3))

    @property
    def workers(self) -> int:
        """Workers in all pools."""
        return sum(int(pool["spec"].get("replicas", 1)) for pool in self._of_kind("NodePool"))

    def _of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [d for d in self.documents if d["kind"] == kind]


def declare(kind: str, name: str, spec: dict[str, Any], namespace: str = TENANT) -> dict[str, Any]:
    """An object as kubectl applies it; without a namespace it belongs to the platform."""
    where = {"namespace": namespace} if namespace else {}
    return {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name, **where}, "spec": spec}
