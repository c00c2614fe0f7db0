"""A client of the Kubernetes API small enough to be sent to a node: no package, no discovery."""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MANAGER = "slipway"
PATIENCE = 10.0  # seconds in which a load balancer has noticed that a control plane is gone
_NAMESPACED = {
    "ConfigMap": "configmaps",
    "DaemonSet": "daemonsets",
    "Deployment": "deployments",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "Role": "roles",
    "RoleBinding": "rolebindings",
    "Secret": "secrets",
    "Service": "services",
    "ServiceAccount": "serviceaccounts",
}
_CLUSTER_WIDE = {
    "APIService": "apiservices",
    "CSIDriver": "csidrivers",
    "ClusterRole": "clusterroles",
    "ClusterRoleBinding": "clusterrolebindings",
    "Namespace": "namespaces",
    "Node": "nodes",
    "StorageClass": "storageclasses",
}


class KubeError(Exception):
    """The API refused; `status` is its HTTP code, 0 if it could not be reached."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status or 'unreachable'}: {message}")
        self.status = status


class Kube:
    """One connection with the credentials of a kubeconfig that kubeadm or Slipway wrote."""

    def __init__(self, kubeconfig: Path, server: str = "", patience: float = PATIENCE) -> None:
        text = kubeconfig.read_text()
        where = urlsplit(server or _value(text, "server") or "")
        self._address = (where.hostname or "", where.port or 443)
        self._context = ssl.create_default_context(cadata=_bytes(text, "certificate-authority").decode())
        with tempfile.NamedTemporaryFile(dir="/run") as pem:
            pem.write(_bytes(text, "client-certificate") + b"\n" + _bytes(text, "client-key"))
            pem.flush()
            self._context.load_cert_chain(pem.name)
        self._patience = patience
        self._connection: http.client.HTTPSConnection | None = None

    def request(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        headers = {"Accept": "application/json", "Content-Type": kind}
        payload = None if body is None else json.dumps(body)
        try:
            status, text = self._exchange(method, path, payload, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise KubeError(0, str(error)) from error
        if status >= 400:
            raise KubeError(status, _message(text))
        return json.loads(text) if text[:1] in (b"{", b"[") else text.decode()

    def find(self, path: str) -> Any:
        """The object at `path`, or None if there is none."""
        try:
            return self.request("GET", path)
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    def answers(self) -> bool:
        try:
            return bool(self.request("GET", "/readyz") == "ok")
        except KubeError:
            return False

    def apply(self, manifest: dict[str, Any], *, dry_run: bool = False) -> bool:
        """Server-side apply; True if the object is another one afterwards."""
        path = object_path(manifest)
        before = self.find(path)
        query = f"?fieldManager={MANAGER}&force=true" + ("&dryRun=All" if dry_run else "")
        after = self.request("PATCH", path + query, manifest, "application/apply-patch+yaml")
        return before is None or _substance(before) != _substance(after)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, *request: Any) -> tuple[int, bytes]:
        """One that was kept may have been closed by a load balancer since: only using it tells."""
        kept = self._connection is not None
        try:
            connection = self._connection or self._connect()
            connection.request(*request)
            answer = connection.getresponse()
        except (ConnectionError, ssl.SSLError, http.client.RemoteDisconnected):
            self.close()
            if not kept:
                raise
            return self._exchange(*request)
        return answer.status, answer.read()

    def _connect(self) -> http.client.HTTPSConnection:
        """Whoever hangs up before a word was said is called again: nothing can have happened twice."""
        deadline = time.monotonic() + self._patience
        while True:
            host, port = self._address
            connection = http.client.HTTPSConnection(host, port, timeout=10, context=self._context)
            try:
                connection.connect()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                self._connection = connection
                return connection


def object_path(manifest: dict[str, Any]) -> str:
    version, kind, metadata = manifest["apiVersion"], manifest["kind"], manifest["metadata"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind in _CLUSTER_WIDE:
        return f"{root}/{_CLUSTER_WIDE[kind]}/{metadata['name']}"
    return f"{root}/namespaces/{metadata['namespace']}/{_NAMESPACED[kind]}/{metadata['name']}"


def node_ready(node: Any) -> bool:
    conditions = (node or {}).get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def rolled_out(workload: Any) -> bool:
    """Whether a Deployment or DaemonSet runs its newest template, with every replica ready."""
    if not workload:
        return False
    status = workload.get("status", {})
    if status.get("observedGeneration", 0) < workload["metadata"]["generation"]:
        return False
    if workload["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        return bool(wanted and status.get("numberReady") == wanted == status.get("updatedNumberScheduled"))
    wanted = workload["spec"].get("replicas", 1)
    return bool(status.get("readyReplicas", 0) >= wanted and status.get("updatedReplicas", 0) == wanted)


def _substance(document: dict[str, Any]) -> Any:
    """All of an object but the bookkeeping that differs between two identical ones."""
    bookkeeping = ("managedFields", "resourceVersion", "generation")
    metadata = {k: v for k, v in document["metadata"].items() if k not in bookkeeping}
    return {k: v for k, v in document.items() if k not in ("metadata", "status")} | {"metadata": metadata}


def _value(text: str, key: str) -> str | None:
    found = re.search(rf"^\s*{key}: (\S+)\s*$", text, re.MULTILINE)
    return found[1].strip("\"'") if found else None


def _bytes(text: str, key: str) -> bytes:
    """A credential of a kubeconfig, written into it or named by it."""
    inline = _value(text, f"{key}-data")
    if inline is not None:
        return base64.b64decode(inline)
    named = _value(text, key)
    if named is None:
        raise KubeError(0, f"the kubeconfig has no {key}")
    return Path(named).read_bytes()


def _message(text: bytes) -> str:
    try:
        return str(json.loads(text).get("message", ""))
    except ValueError:
        return text.decode(errors="replace")[:300]
