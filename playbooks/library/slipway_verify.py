#!/usr/bin/python
"""Ansible module: whether the cluster, seen from this control plane, is what the inventory says."""

from __future__ import annotations

import re
import socket
import struct

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_etcd import members
from ansible.module_utils.slipway_kube import Kube, KubeError, node_ready
from ansible.module_utils.slipway_node import KUBERNETES, NodeError

DOCUMENTATION = r"""
module: slipway_verify
short_description: Check nodes, etcd, DNS and endpoint; changes nothing
options:
  nodes: {description: Names of all nodes., type: list, elements: str, required: true}
  control_planes: {description: Names of the control planes., type: list, elements: str, required: true}
  endpoint: {description: URL of the cluster's endpoint., type: str, required: true}
  own: {description: URL of this machine's API server., type: str, required: true}
  dns_domain: {description: The cluster's domain., type: str, default: cluster.local}
author: [Slipway]
"""


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "nodes": {"type": "list", "elements": "str", "required": True},
            "control_planes": {"type": "list", "elements": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "own": {"type": "str", "required": True},
            "dns_domain": {"type": "str", "default": "cluster.local"},
        },
        supports_check_mode=True,
    )
    wanted = module.params
    try:
        kube = Kube(KUBERNETES / "admin.conf", server=wanted["endpoint"])
        problems = [
            *server_problems(wanted["endpoint"], wanted["own"]),
            *node_problems(kube, wanted["nodes"]),
            *member_problems(wanted["control_planes"]),
            *manifest_problems((KUBERNETES / "manifests/etcd.yaml").read_text()),
            *dns_problems(kube, wanted["dns_domain"]),
        ]
    except (NodeError, KubeError, OSError) as error:
        problems = [str(error)]
    if problems:
        module.fail_json(msg="; ".join(problems))
    module.exit_json(changed=False, msg="nodes, etcd, DNS and endpoint are as they should be")


def server_problems(*servers: str) -> list[str]:
    admin = KUBERNETES / "admin.conf"
    return [f"{server} is not ready" for server in servers if not Kube(admin, server=server).answers()]


def node_problems(kube: Kube, wanted: list[str]) -> list[str]:
    nodes = kube.request("GET", "/api/v1/nodes")["items"]
    found = {node["metadata"]["name"]: node_ready(node) for node in nodes}
    problems = [f"node {name} is missing" for name in sorted(set(wanted) - set(found))]
    problems += [f"node {name} is not known to the inventory" for name in sorted(set(found) - set(wanted))]
    return problems + [f"node {name} is not Ready" for name in sorted(found) if not found[name]]


def member_problems(wanted: list[str]) -> list[str]:
    found = members()
    problems = [f"etcd member {name} is missing" for name in sorted(set(wanted) - set(found))]
    problems += [f"etcd member {name} is no control plane's" for name in sorted(set(found) - set(wanted))]
    learners = sorted(name for name in found if found[name].get("isLearner"))
    return problems + [f"etcd member {name} is only a learner" for name in learners]


def manifest_problems(manifest: str) -> list[str]:
    state = re.search(r"--initial-cluster-state=(\S+)", manifest)
    if state and state[1] == "existing":
        return []
    return ["etcd would found a second cluster on an empty disk: initial-cluster-state is not existing"]


def dns_problems(kube: Kube, domain: str) -> list[str]:
    service = kube.find("/api/v1/namespaces/kube-system/services/kube-dns")
    wanted = kube.find("/api/v1/namespaces/default/services/kubernetes")["spec"]["clusterIP"]
    if service is None:
        return ["there is no DNS service"]
    answer = resolve(f"kubernetes.default.svc.{domain}", service["spec"]["clusterIP"])
    return [] if answer == wanted else [f"DNS answers {answer or 'nothing'} where {wanted} is right"]


def resolve(name: str, server: str) -> str:
    """One A question, so that no resolver's cache or search list is between; empty without an answer."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!x2H", 1, 1)
    for _ in range(3):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.settimeout(2)
            try:
                wire.sendto(question, (server, 53))
                answer = wire.recv(512)
            except OSError:
                continue
            if struct.unpack("!H", answer[6:8])[0]:
                return socket.inet_ntoa(answer[-4:])
    return ""


if __name__ == "__main__":
    main()
