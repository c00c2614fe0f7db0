#!/usr/bin/python
"""Ansible module: what makes an API server a kubeadm cluster, done once."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_kube import Kube, KubeError
from ansible.module_utils.slipway_node import KUBERNETES, Node, NodeError

DOCUMENTATION = r"""
module: slipway_cluster
short_description: Upload kubeadm's configuration, and install its RBAC and add-ons where any is missing
description:
  - One C(kubeadm init) with only the phases upload-config, bootstrap-token and addon, so that join, upgrade
    and certs work as on any kubeadm cluster.
options:
  manifests:
    description: Objects as dicts, applied in the same breath; who may do what in the cluster.
    type: list
    elements: dict
    default: []
author: [Slipway]
"""

CONFIG = KUBERNETES / "kubeadm.yaml"
SKIPPED = "preflight,certs,kubeconfig,etcd,control-plane,kubelet-start,wait-control-plane,upload-certs"
SKIPPED += ",mark-control-plane,kubelet-finalize,show-join-command"
SYSTEM = "/api/v1/namespaces/kube-system/configmaps"
APPS = "/apis/apps/v1/namespaces/kube-system"
# the last that each phase makes: with all of them there, nothing is left to do
PROOFS = (
    f"{SYSTEM}/kubeadm-config",
    f"{SYSTEM}/kubelet-config",
    "/api/v1/namespaces/kube-public/configmaps/cluster-info",
    f"{APPS}/daemonsets/kube-proxy",
    f"{APPS}/deployments/coredns",
)


def main() -> None:
    module = AnsibleModule(
        argument_spec={"manifests": {"type": "list", "elements": "dict", "default": []}},
        supports_check_mode=True,
    )
    node = Node(check=module.check_mode)
    try:
        kube = Kube(KUBERNETES / "super-admin.conf")
        if not all(kube.find(path) for path in PROOFS):
            options = ("--config", str(CONFIG), f"--skip-phases={SKIPPED}")
            node.change("uploaded kubeadm's configuration and add-ons", "kubeadm", "init", *options)
        for manifest in module.params["manifests"]:
            if kube.apply(manifest, dry_run=module.check_mode):
                node.changes.append(f"applied {manifest['kind']} {manifest['metadata']['name']}")
    except (NodeError, KubeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


if __name__ == "__main__":
    main()
