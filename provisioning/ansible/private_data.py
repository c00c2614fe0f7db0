"""The directory that one run is given: inventory and credentials, private to the run and gone with it."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from provisioning.ansible.topology import ClusterTopology, NodeTarget
from provisioning.identity.ssh_access import MACHINE, SshAccess, files

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - secrets are kept off the disk; the directory in it is our own, 0700


@contextmanager
def private_data(
    topology: ClusterTopology,
    extra: Mapping[str, Any],
    identity_files: Mapping[str, bytes],
    ssh_key: str,
    known_hosts: str,
) -> Iterator[Path]:
    """Make the directory, and remove it whatever happens; a killed worker's is removed by the run's leash."""
    root = Path(tempfile.mkdtemp(prefix="slipway-run-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    try:
        for name, content in identity_files.items():
            _write(root / "identity" / name, content)
        _write(root / "ssh_key", (ssh_key.rstrip("\n") + "\n").encode())
        _write(root / "known_hosts", known_hosts.encode())
        for node in topology.nodes:
            for name, text in files(node.access, _folder(root, node)).items() if node.access else ():
                _write(_folder(root, node) / name, text.encode())
        document = inventory(topology, root, strict=bool(known_hosts))
        _write(root / "inventory" / "hosts.yml", json.dumps(document).encode())
        _write(root / "env" / "extravars", json.dumps(dict(extra)).encode())
        yield root
    finally:
        rmtree(root, ignore_errors=True)


def inventory(topology: ClusterTopology, root: Path, *, strict: bool) -> dict[str, Any]:
    """The inventory, as playbooks/README.md describes it for a person."""
    checking = "yes" if strict else "accept-new"
    hosts = {
        "control_planes": {node.name: _host(node, root) for node in topology.control_planes},
        "workers": {node.name: _host(node, root) for node in topology.workers},
    }
    return {
        "all": {
            "vars": {
                "ansible_user": "root",
                "ansible_ssh_private_key_file": str(root / "ssh_key"),
                "ansible_ssh_common_args": f"-o UserKnownHostsFile={root}/known_hosts "
                f"-o StrictHostKeyChecking={checking} -o HashKnownHosts=no -o ControlPath={root}/%C",
                "slipway_identity": str(root / "identity"),
                "slipway_cluster": cluster_variables(topology),
            },
            "children": {group: {"hosts": members} for group, members in hosts.items()},
        }
    }


def cluster_variables(topology: ClusterTopology) -> dict[str, Any]:
    return {
        "name": topology.name,
        "uid": topology.uid,
        "version": topology.version,
        "endpoint": {
            "address": topology.endpoint_address,
            "public": topology.public_address or topology.endpoint_address,
            "kind": topology.endpoint_kind,
        },
        "pod_cidr": topology.pod_cidr,
        "service_cidr": topology.service_cidr,
        "dns_domain": topology.dns_domain,
        "dns_upstreams": list(topology.dns_upstreams),
        "image_repository": topology.image_repository,
        "images": dict(topology.image_versions),
        "storage_classes": [
            {
                "name": c.name,
                "node_path": c.node_path,
                "volume_type": c.volume_type,
                "default": c.default,
            }
            for c in topology.storage_classes
        ],
        "addons": {name: dict(options) for name, options in topology.addons.items()},
    }


def _host(node: NodeTarget, root: Path) -> dict[str, Any]:
    return {
        "ansible_host": node.reach or node.address,
        "slipway_address": node.address,
        "slipway_node": {
            "cpu": node.cpu,
            "memory": node.memory,
            "labels": dict(node.labels),
            "taints": list(node.taints),
            "provider_id": node.provider_id,
        },
        **(_own_way(node.access, _folder(root, node), root) if node.access else {}),
    }


def _own_way(access: SshAccess, folder: Path, root: Path) -> dict[str, Any]:
    """A host that lets somebody else in than root with the cluster's key: ssh is told by a file, sudo by Ansible."""
    become = {"ansible_become": True, "ansible_become_password": access.sudo_password}
    return {
        "ansible_host": access.address,
        "ansible_port": access.port,
        "ansible_user": access.user,
        "ansible_ssh_private_key_file": str(folder / f"{MACHINE}.key"),
        "ansible_ssh_common_args": f"-F {folder}/config -o ControlPath={root}/%C",
        **({} if access.by_root else become),
    }


def _folder(root: Path, node: NodeTarget) -> Path:
    return root / "access" / node.name


def _write(path: Path, content: bytes) -> None:
    for parent in reversed(path.parents):  # mkdir's own `parents` knows no mode
        parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
