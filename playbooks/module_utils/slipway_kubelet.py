"""The kubelet's credential, kept as the kubelet keeps it: a file that it rotates, named by kubelet.conf."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from ansible.module_utils.slipway_kube import Kube, KubeError, node_ready
from ansible.module_utils.slipway_node import KUBERNETES, Node, NodeError, run, wait_until, write_atomically

KUBELET_CONF = KUBERNETES / "kubelet.conf"
CURRENT = Path("/var/lib/kubelet/pki/kubelet-client-current.pem")
_ERROR = re.compile(r"^[EF]\d{4} \S+ +\d+ [^\]]+\] (.+)$", re.MULTILINE)  # as klog writes one
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
    wait_for_kubelet(lambda: _is_ready(name), patience, f"node {name} to be Ready")


def wait_for_kubelet(ready: Callable[[], bool], patience: float, what: str) -> None:
    """A wait in vain tells what the kubelet last called an error: often nothing else says why."""
    try:
        wait_until(ready, patience, what, pause=0.2)
    except NodeError as error:
        raise NodeError(str(error) + last_error(_journal())) from error


def _journal() -> str:
    """Empty where it cannot be read: the wait that was in vain matters more."""
    try:
        return run("journalctl", "--unit=kubelet", "--lines=200", "--output=cat")
    except NodeError:
        return ""


def last_error(journal: str) -> str:
    """As an addition to a sentence; empty if the kubelet complained of nothing."""
    errors = _ERROR.findall(journal)
    return f"; its kubelet says: {errors[-1][:500]}" if errors else ""


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
