#!/usr/bin/python
"""Ansible module: make a node a plain machine again."""

from __future__ import annotations

import shutil
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_etcd import DATA
from ansible.module_utils.slipway_node import KUBERNETES, STATE, Node, NodeError, active, succeeds

DOCUMENTATION = r"""
module: slipway_reset
short_description: Undo what every other module did on this node
description:
  - C(kubeadm reset), and what it leaves by its own words, namely CNI configuration, interfaces, packet filter
    tables and credentials. Touches this machine only; the cluster is told by slipway_remove_node.
options: {}
author: [Slipway]
"""

KEPT = "resolv.conf"  # the machine's own, not kubeadm's
LEFT = ("/etc/cni/net.d/10-flannel.conflist", "/etc/haproxy/haproxy.cfg", "/etc/keepalived/keepalived.conf")
LEFT += ("/etc/systemd/system/slipway-cni.path", "/etc/systemd/system/slipway-cni.service")
LEFT += ("/run/flannel/subnet.env",)
UNITS = ("keepalived", "haproxy", "slipway-cni.path", "slipway-cni.service", "kubelet")
TABLES = ("ip kube-proxy", "ip6 kube-proxy", "ip flannel-ipv4", "ip6 flannel-ipv6")
INTERFACES = ("cni0", "flannel.1")


def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    node = Node(check=module.check_mode)
    try:
        with node.locked():
            reset(node)
    except (NodeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**node.result)


def reset(node: Node) -> None:
    stop_units(node)
    if (KUBERNETES / "manifests").exists() or (KUBERNETES / "kubelet.conf").exists():
        # the member was taken out before, or the whole cluster goes: asking etcd would only wait
        node.change("reset by kubeadm", "kubeadm", "reset", "--force", "--skip-phases=remove-etcd-member")
    for path in LEFT:
        node.remove(Path(path))
    for directory in (STATE, DATA / "member", Path("/var/lib/kubelet/pki")):
        remove_tree(node, directory)
    for entry in sorted(KUBERNETES.glob("*")):
        if entry.is_dir():
            remove_tree(node, entry)
        elif entry.name != KEPT:
            node.remove(entry)
    remove_network(node)


def stop_units(node: Node) -> None:
    for unit in UNITS:
        if active(unit):
            # the kubelet stays enabled, as the machine came: without a configuration it does not start
            stop = ("stop",) if unit == "kubelet" else ("disable", "--now", "--quiet")
            node.change(f"stopped {unit}", "systemctl", *stop, unit)


def remove_tree(node: Node, directory: Path) -> None:
    if directory.exists():
        node.changes.append(f"removed {directory}")
        if not node.check:
            shutil.rmtree(directory)


def remove_network(node: Node) -> None:
    for interface in INTERFACES:
        if Path("/sys/class/net", interface).exists():
            node.change(f"removed {interface}", "ip", "link", "delete", interface)
    for table in TABLES:
        if succeeds("nft", "list", "table", *table.split()):
            node.change(f"removed table {table}", "nft", "delete", "table", *table.split())


if __name__ == "__main__":
    main()
