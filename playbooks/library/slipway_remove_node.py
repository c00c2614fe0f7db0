#!/usr/bin/python
"""Ansible module: take a node out of a living cluster, seen from a control plane that stays."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_etcd import etcdctl, members
from ansible.module_utils.slipway_kube import Kube, KubeError, node_ready
from ansible.module_utils.slipway_node import KUBERNETES, Node, NodeError, run

DOCUMENTATION = r"""
module: slipway_remove_node
short_description: Drain a node, take its etcd member out, delete its Node
description:
  - A drain that does not end by its deadline is given up, with what kubectl said in C(undrained); a node that
    is not Ready is not drained, since nothing on it could answer.
  - Leadership of etcd is moved off the member first; a removal that would cost the quorum is refused.
options:
  name: {description: The node to remove., type: str, required: true}
  address: {description: Its address (an unstarted member has no name)., type: str, required: true}
  deadline: {description: Seconds for the drain; 0 drains nothing., type: int, default: 60}
author: [Slipway]
"""

ADMIN = KUBERNETES / "admin.conf"


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
            "deadline": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    node, name = Node(check=module.check_mode), module.params["name"]
    undrained = ""
    try:
        kube = Kube(ADMIN)
        found = kube.find(f"/api/v1/nodes/{name}")
        with node.locked():
            if found and node_ready(found) and module.params["deadline"]:
                undrained = drain(node, name, module.params["deadline"])
            remove_member(node, name, module.params["address"])
        if found:
            delete(node, kube, name)
    except (NodeError, KubeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(undrained=undrained, **node.result)


def drain(node: Node, name: str, deadline: int) -> str:
    """What was left, in kubectl's words; it is the caller's to tell, and no reason to keep the node."""
    node.changes.append(f"drained {name}")
    if node.check:
        return ""
    options = ("--ignore-daemonsets", "--delete-emptydir-data", "--force", f"--timeout={deadline}s")
    try:
        run("kubectl", "--kubeconfig", str(ADMIN), "drain", name, *options, timeout=deadline + 30)
    except NodeError as error:
        return str(error)
    return ""


def remove_member(node: Node, name: str, address: str) -> None:
    found = members()
    member = found.pop(name, None) or found.pop(f"https://{address}:2380", None)
    if member is None:
        return
    alive = survivors(found)
    if len(alive) <= len(found) // 2:
        healthy = f"{len(alive)} of {len(found)} others are healthy"
        raise NodeError(f"etcd would lose its quorum without {name}: {healthy}")
    node.changes.append(f"removed etcd member {name}")
    if node.check:
        return
    move_leadership(member["ID"], alive)
    etcdctl("member", "remove", f"{member['ID']:x}", endpoint=",".join(alive.values()))


def survivors(others: dict[str, dict[str, Any]]) -> dict[int, str]:
    """Client address of each other member that answers, by member id."""
    alive = {}
    for member in others.values():
        for url in member.get("clientURLs", []):
            try:
                etcdctl("endpoint", "health", endpoint=url, timeout=10)
            except NodeError:
                continue
            alive[member["ID"]] = url
    return alive


def move_leadership(leaving: int, alive: dict[int, str]) -> None:
    """An election costs writes a second or more; a hand-over costs nothing."""
    status = etcdctl("endpoint", "status", endpoint=next(iter(alive.values())))
    if status[0]["Status"]["leader"] != leaving:
        return
    heir = next(iter(alive))
    try:
        etcdctl("move-leader", f"{heir:x}", endpoint=",".join(leader_urls(leaving) + list(alive.values())))
    except NodeError:  # the leader is gone already: the others elect one
        return


def leader_urls(leaving: int) -> list[str]:
    found = (member for member in members().values() if member["ID"] == leaving)
    return [url for member in found for url in member.get("clientURLs", [])]


def delete(node: Node, kube: Kube, name: str) -> None:
    node.changes.append(f"deleted Node {name}")
    if node.check:
        return
    try:
        kube.request("DELETE", f"/api/v1/nodes/{name}")
    except KubeError as error:
        if error.status != 404:
            raise


if __name__ == "__main__":
    main()
