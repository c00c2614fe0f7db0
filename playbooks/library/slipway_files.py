#!/usr/bin/python
"""Ansible module: a set of files as one step, and the services that read them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.slipway_node import Node, NodeError, active_units

DOCUMENTATION = r"""
module: slipway_files
short_description: Place many files at once and start or reload what reads them
description:
  - Ten copy and template steps as one; each costs a connection and an interpreter start on every node.
  - C(@DEFAULT_INTERFACE@) in a content stands for the interface of the machine's default route.
  - Returns in C(node) what later templates need to know of the machine.
options:
  files:
    description: Files to hold exactly this content.
    type: list
    elements: dict
    default: []
    suboptions:
      path: {description: Absolute path., type: path, required: true}
      content: {description: The text., type: str, required: true}
      mode: {description: Permissions in octal., type: str, default: "0644"}
  services:
    description: Units that must run; a change of one of C(files) makes them take it up.
    type: list
    elements: dict
    default: []
    suboptions:
      name: {description: Unit name., type: str, required: true}
      files: {description: Paths whose change concerns the unit., type: list, elements: path, default: []}
      reload: {description: Whether it reloads rather than restarts., type: bool, default: false}
author: [Slipway]
"""

WANTS = Path("/etc/systemd/system/multi-user.target.wants")
UNIT_ROOTS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))

INTERFACE = "@DEFAULT_INTERFACE@"

SPEC = {
    "files": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "path": {"type": "path", "required": True},
            "content": {"type": "str", "required": True},
            "mode": {"type": "str", "default": "0644"},
        },
    },
    "services": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "files": {"type": "list", "elements": "path", "default": []},
            "reload": {"type": "bool", "default": False},
        },
    },
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    node = Node(check=module.check_mode)
    try:
        with node.locked():
            changed = place(node, module.params["files"])
            take_up(node, module.params["services"], changed)
    except (NodeError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(node=machine(), **node.result)


def place(node: Node, files: list[dict[str, str]]) -> set[str]:
    """Write what differs; the paths that did."""
    changed = set()
    for file in files:
        content = file["content"]
        if INTERFACE in content:
            content = content.replace(INTERFACE, default_interface(Path("/proc/net/route").read_text()))
        if node.place(Path(file["path"]), content.encode(), int(file["mode"], 8)):
            changed.add(file["path"])
    return changed


def default_interface(routes: str) -> str:
    """The interface that the kernel's table of routes sends everything else through."""
    for line in routes.splitlines()[1:]:
        interface, destination, *_ = line.split()
        if destination == "00000000":
            return interface
    raise NodeError("this machine has no default route, so name endpoint.interface")


def take_up(node: Node, services: list[dict[str, Any]], changed: set[str]) -> None:
    """Start, reload or restart units in as few calls as there are kinds of them; unit files are read first."""
    if any(path.startswith("/etc/systemd/") for path in changed):
        node.change("reloaded systemd", "systemctl", "daemon-reload")
    running = active_units([service["name"] for service in services])
    touched = [service for service in services if changed.intersection(service["files"])]
    groups = {
        "start": [service["name"] for service in services if service["name"] not in running],
        "reload": [s["name"] for s in touched if s["name"] in running and s["reload"]],
        "restart": [s["name"] for s in touched if s["name"] in running and not s["reload"]],
    }
    for verb, names in groups.items():
        if names:
            node.change(f"{verb}: {' '.join(names)}", "systemctl", verb, *names)
    for service in services:
        want_at_boot(node, service["name"])


def want_at_boot(node: Node, name: str) -> None:
    """What `systemctl enable` does; for a unit that also has an init script that spends seconds in Perl."""
    unit = name if "." in name else f"{name}.service"
    link = WANTS / unit
    if link.is_symlink():
        return
    node.changes.append(f"enabled {name}")
    if not node.check:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(next(root / unit for root in UNIT_ROOTS if (root / unit).exists()))


def machine() -> dict[str, object]:
    """What templates need to know of this machine; cheaper than gathering facts."""
    return {
        "cgroup": 2 if Path("/sys/fs/cgroup/cgroup.controllers").exists() else 1,
        "cpus": os.cpu_count() or 1,
        "memory": memory_of(Path("/proc/meminfo").read_text()),
        "resolv_conf": Path("/etc/kubernetes/resolv.conf").exists(),
    }


def memory_of(meminfo: str) -> int:
    """Bytes that the kubelet will take for the machine's own; in a container sysinfo(2) tells the host's instead."""
    return 1024 * int(re.search(r"^MemTotal:\s+(\d+) kB$", meminfo, re.MULTILINE)[1])


if __name__ == "__main__":
    main()
