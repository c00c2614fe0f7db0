#!/usr/bin/python
"""Ansible module: one control plane of a new cluster, by kubeadm's own phases, beside all the others."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_etcd import DATA, found_data
from ansible.module_utils.slipway_kube import Kube, KubeError
from ansible.module_utils.slipway_node import KUBERNETES, STATE, Node, NodeError, active

DOCUMENTATION = r"""
module: slipway_control_plane
short_description: Write a control plane's static pods and start its kubelet
description:
  - Places the cluster's certificate authorities, makes etcd's data directory with every member declared, and
    runs C(kubeadm init) without the phases that need an API. Waits for nothing, so that all start at once.
  - Refuses to found a member anew whose Node the cluster knows already; such a machine must be removed, then
    joined.
options:
  name: {description: The node's name., type: str, required: true}
  members: {description: All etcd members as C(name=peer-url) pairs with commas., type: str, required: true}
  config: {description: kubeadm configuration of this machine., type: str, required: true}
  cluster_config:
    description: The same without what concerns the first start; what the cluster keeps.
    type: str
    required: true
  identity: {description: Files below /etc/kubernetes and their contents., type: dict, required: true}
author: [Slipway]
"""

DONE = STATE / "control-plane"
CONFIG = KUBERNETES / "kubeadm.yaml"
SKIPPED = "preflight,wait-control-plane,upload-config,upload-certs,mark-control-plane,bootstrap-token"
SKIPPED += ",kubelet-finalize,addon,show-join-command"
LEAVES = ("*.conf", "pki/apiserver*", "pki/front-proxy-client.*", "pki/etcd/[hps]e*")


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "members": {"type": "str", "required": True},
            "config": {"type": "str", "required": True},
            "cluster_config": {"type": "str", "required": True},
            "identity": {"type": "dict", "required": True, "no_log": True},
        },
        supports_check_mode=True,
    )
    node = Node(check=module.check_mode)
    try:
        with node.locked():
            bootstrap(node, module.params)
    except (NodeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


def bootstrap(node: Node, wanted: dict[str, object]) -> None:
    if DONE.exists():
        return
    refuse_lost_member(str(wanted["name"]))
    if not active("kubelet"):
        discard_unfinished(node)
    place_identity(node, wanted["identity"])  # type: ignore[arg-type]
    node.place(STATE / "kubeadm-first.yaml", str(wanted["config"]).encode(), 0o600)
    node.place(CONFIG, str(wanted["cluster_config"]).encode(), 0o600)
    if not (DATA / "member").exists():
        node.changes.append("made etcd's data directory")
        if not node.check:
            found_data(str(wanted["name"]), str(wanted["members"]))
    first = str(STATE / "kubeadm-first.yaml")
    node.change("wrote static pods", "kubeadm", "init", "--config", first, f"--skip-phases={SKIPPED}")
    node.place(DONE, b"")


def place_identity(node: Node, identity: dict[str, str]) -> None:
    for name, content in identity.items():
        node.place(KUBERNETES / name, content.encode(), 0o644 if name.endswith((".crt", ".pub")) else 0o600)


def discard_unfinished(node: Node) -> None:
    """A kill may have left half a certificate, which kubeadm would refuse; all of them can be made anew."""
    for pattern in LEAVES:
        for path in sorted(KUBERNETES.glob(pattern)):
            if path.name not in ("resolv.conf", "ca.crt", "ca.key"):
                node.remove(path)


def refuse_lost_member(name: str) -> None:
    """An empty etcd in the name of a member that had voted could lose what the cluster was told is safe."""
    if (DATA / "member").exists() or not (admin := KUBERNETES / "admin.conf").exists():
        return
    try:
        known = Kube(Path(admin)).find(f"/api/v1/nodes/{name}")
    except KubeError:
        return
    if known:
        raise NodeError(f"{name} was a member and has lost its etcd data: remove it, then join it")


if __name__ == "__main__":
    main()
