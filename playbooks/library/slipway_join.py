#!/usr/bin/python
"""Ansible module: an ordinary `kubeadm join` of one more control plane."""

from __future__ import annotations

import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_etcd import DATA
from ansible.module_utils.slipway_kube import Kube, KubeError
from ansible.module_utils.slipway_node import KUBERNETES, STATE, Node, NodeError, active, write_atomically

DOCUMENTATION = r"""
module: slipway_join
short_description: Join a control plane to a living cluster
description:
  - The certificate authorities are placed first, so no certificate key is needed; a discovery file with the
    cluster's authority replaces the search for a signed ConfigMap; the bootstrap token is made here, lives
    minutes, and is deleted.
  - A join that was interrupted is reset and begun again.
options:
  name: {description: The node's name., type: str, required: true}
  config: {description: JoinConfiguration; C(@TOKEN@) stands for the token., type: str, required: true}
  identity: {description: Files below /etc/kubernetes and their contents., type: dict, required: true}
  admin: {description: An administrator's kubeconfig., type: str, required: true}
author: [Slipway]
"""

DONE = STATE / "control-plane"
CONFIG = STATE / "kubeadm-join.yaml"
DISCOVERY = KUBERNETES / "discovery.conf"
TOKENS = "/api/v1/namespaces/kube-system/secrets"
LIFE = timedelta(minutes=15)


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "config": {"type": "str", "required": True},
            "identity": {"type": "dict", "required": True, "no_log": True},
            "admin": {"type": "str", "required": True, "no_log": True},
        },
        supports_check_mode=True,
    )
    node = Node(check=module.check_mode)
    try:
        with node.locked():
            join(node, module.params)
    except (NodeError, KubeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


def join(node: Node, wanted: dict[str, Any]) -> None:
    if DONE.exists():
        return
    kube = administrator(wanted["admin"])
    if begun():
        undo(node, kube, wanted["name"])
    for name, content in wanted["identity"].items():
        mode = 0o644 if name.endswith((".crt", ".pub")) else 0o600
        node.place(KUBERNETES / name, content.encode(), mode)
    if node.check:
        node.changes.append("joined the control plane")
        return
    write_atomically(DISCOVERY, wanted["admin"].encode(), 0o600)
    try:
        with_token(node, kube, wanted["config"])
    finally:
        DISCOVERY.unlink()
    node.place(DONE, b"")


def begun() -> bool:
    traces = [DATA / "member", *KUBERNETES.glob("*kubelet.conf"), *KUBERNETES.glob("manifests/*.yaml")]
    return any(trace.exists() for trace in traces) or active("kubelet")


def administrator(kubeconfig: str) -> Kube:
    with tempfile.NamedTemporaryFile("w", dir="/run") as file:
        file.write(kubeconfig)
        file.flush()
        return Kube(Path(file.name))


def undo(node: Node, kube: Kube, name: str) -> None:
    """A kill left a join half done, or just not noted down: all of it goes, Node and etcd member too."""
    node.change("undid an interrupted join", "kubeadm", "reset", "--force")
    if not node.check and kube.find(f"/api/v1/nodes/{name}"):
        kube.request("DELETE", f"/api/v1/nodes/{name}")


def with_token(node: Node, kube: Kube, config: str) -> None:
    """Join with a token that nobody else ever sees."""
    identifier, secret = secrets.token_hex(3), secrets.token_hex(8)
    kube.request("POST", TOKENS, token(identifier, secret))
    node.place(CONFIG, config.replace("@TOKEN@", f"{identifier}.{secret}").encode(), 0o600)
    try:
        node.change("joined the control plane", "kubeadm", "join", "--config", str(CONFIG), timeout=600)
    finally:
        CONFIG.unlink(missing_ok=True)
        kube.request("DELETE", f"{TOKENS}/bootstrap-token-{identifier}")


def token(identifier: str, secret: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": f"bootstrap-token-{identifier}", "namespace": "kube-system"},
        "type": "bootstrap.kubernetes.io/token",
        "stringData": {
            "token-id": identifier,
            "token-secret": secret,
            "expiration": (datetime.now(UTC) + LIFE).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "usage-bootstrap-authentication": "true",
            "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
        },
    }


if __name__ == "__main__":
    main()
