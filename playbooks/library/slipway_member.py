#!/usr/bin/python
"""Ansible module: the last step of a control plane, when the API is there."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_kube import Kube, KubeError
from ansible.module_utils.slipway_kubelet import refer_to_rotated, wait_for_kubelet, wait_ready
from ansible.module_utils.slipway_node import KUBERNETES, Node, NodeError, wait_until

DOCUMENTATION = r"""
module: slipway_member
short_description: Mark a control plane and wait until it serves
description:
  - Does what kubeadm's phases mark-control-plane and kubelet-finalize do, and waits for this machine's API
    server and for its Node to be Ready.
options:
  name: {description: The node's name., type: str, required: true}
  server: {description: URL of this machine's own API server., type: str, required: true}
  patience: {description: Seconds to wait., type: int, default: 180}
author: [Slipway]
"""

LABELS = {
    "node-role.kubernetes.io/control-plane": "",
    "node.kubernetes.io/exclude-from-external-load-balancers": "",
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "server": {"type": "str", "required": True},
            "patience": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    name, patience = module.params["name"], module.params["patience"]
    node = Node(check=module.check_mode)
    try:
        own = Kube(Path(KUBERNETES / "admin.conf"), server=module.params["server"])
        if not node.check:
            what = "this machine's API server to know its Node"
            wait_for_kubelet(lambda: registered(own, name), patience, what)
        mark(node, own, name)
        with node.locked():
            refer_to_rotated(node)
        if not node.check:
            wait_ready(name, patience)
            wait_until(own.answers, patience, "this machine's API server to be ready")
    except (NodeError, KubeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


def registered(kube: Kube, name: str) -> bool:
    try:
        return kube.find(f"/api/v1/nodes/{name}") is not None
    except KubeError:  # not serving yet, or this administrator is not known to it yet
        return False


def mark(node: Node, kube: Kube, name: str) -> None:
    found = kube.find(f"/api/v1/nodes/{name}") or {"metadata": {}}
    labels = found["metadata"].get("labels", {})
    if all(labels.get(key) == value for key, value in LABELS.items()):
        return
    node.changes.append("marked the Node as a control plane")
    if not node.check:
        patch = {"metadata": {"labels": LABELS}}
        kube.request("PATCH", f"/api/v1/nodes/{name}", patch, "application/merge-patch+json")


if __name__ == "__main__":
    main()
