#!/usr/bin/python
"""Ansible module: a worker with a ready-made credential; asks nothing of the rest of the cluster."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_kubelet import place_credential, wait_ready
from ansible.module_utils.slipway_node import KUBERNETES, STATE, Node, NodeError, active

DOCUMENTATION = r"""
module: slipway_worker
short_description: Start a worker's kubelet with its own client certificate, and wait for it to be Ready
description:
  - What C(kubeadm join) ends in, without its questions to the API. The kubelet waits for the API by itself,
    so a worker of a new cluster is made beside its control planes.
options:
  name: {description: The node's name., type: str, required: true}
  config: {description: kubeadm configuration of this machine., type: str, required: true}
  ca: {description: The cluster's certificate authority., type: str, required: true}
  kubeconfig: {description: The kubelet's first kubeconfig., type: str, required: true}
  patience: {description: Seconds to wait for Ready., type: int, default: 180}
author: [Slipway]
"""

DONE = STATE / "worker"
CONFIG = KUBERNETES / "kubeadm.yaml"


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "config": {"type": "str", "required": True},
            "ca": {"type": "str", "required": True},
            "kubeconfig": {"type": "str", "required": True, "no_log": True},
            "patience": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    node = Node(check=module.check_mode)
    try:
        with node.locked():
            join(node, module.params)
        if not node.check:
            wait_ready(module.params["name"], module.params["patience"])
    except (NodeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


def join(node: Node, wanted: dict[str, str]) -> None:
    place_credential(node, wanted["kubeconfig"])
    node.place(KUBERNETES / "pki/ca.crt", wanted["ca"].encode())
    node.place(CONFIG, wanted["config"].encode(), 0o600)
    fingerprint = hashlib.sha256(wanted["config"].encode()).hexdigest().encode()
    if not (DONE.exists() and DONE.read_bytes() == fingerprint and active("kubelet")):
        if not node.check:
            Path(KUBERNETES / "manifests").mkdir(parents=True, exist_ok=True)
        phase = ("init", "phase", "kubelet-start", "--config", str(CONFIG))
        node.change("started the kubelet", "kubeadm", *phase)
    node.place(DONE, fingerprint)


if __name__ == "__main__":
    main()
