"""The kubelet's credential, kept as the kubelet keeps it: a file that it rotates, named by kubelet.conf."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from ansible.module_utils.slipway_kube import Kube, KubeError, node_ready
from ansible.module_utils.slipway_node import KUBERNETES, Node, wait_until, write_atomically

KUBELET_CONF = KUBERNETES / "kubelet.conf"
CURRENT = Path("/var/lib/kubelet/pki/kubelet-client-current.pem")
_DATA = re.compile(r"^(\s*)client-(certificate|key)-data: (\S+)\s*$", re.MULTILINE)


def by_reference(kubeconfig: str) -> tuple[str, bytes]:
    """A kubeconfig that names the rotated file, and the certificate and key that were in it (or nothing)."""
    found = {match[2]: base64.b64decode(match[3]) for match in _DATA.finditer(kubeconfig)}
    named = _DATA.sub(lambda m: f"{m[1]}client-{m[2]}: {CURRENT}", kubeconfig)
    return named, found.get("certificate", b"") + found.get("key", b"")


def place_credential(node: Node, kubeconfig: str) -> None:
    """Give a kubelet its first credential. One that it has is left alone: the kubelet has rotated it."""
    named, pem = by_reference(kubeconfig)
    if not CURRENT.exists():
        node.changes.append(f"wrote {CURRENT}")
        if not node.check:
            _write_current(pem)
    node.place(KUBELET_CONF, named.encode(), 0o600)


def refer_to_rotated(node: Node) -> None:
    """kubeadm's phase kubelet-finalize without its restart: a running kubelet rotates by itself."""
    named, _ = by_reference(KUBELET_CONF.read_text())
    if CURRENT.exists():
        node.place(KUBELET_CONF, named.encode(), 0o600)


def wait_ready(name: str, patience: float) -> None:
    """Wait until the API, asked with the node's own credential, calls the node Ready."""
    wait_until(lambda: _is_ready(name), patience, f"node {name} to be Ready", pause=0.2)


def _is_ready(name: str) -> bool:
    try:
        return node_ready(Kube(KUBELET_CONF, patience=0).find(f"/api/v1/nodes/{name}"))
    except (KubeError, OSError):  # the API or the credential is not there yet
        return False


def _write_current(pem: bytes) -> None:
    CURRENT.parent.mkdir(parents=True, exist_ok=True)
    first = CURRENT.with_name("kubelet-client-first.pem")
    write_atomically(first, pem, 0o600)
    draft = CURRENT.with_name(".current.slipway")
    draft.unlink(missing_ok=True)
    draft.symlink_to(first)
    draft.replace(CURRENT)
