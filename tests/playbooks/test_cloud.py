"""What a playbook makes of a cloud: the kubelet's flags, and a Secret that no output shows."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from provisioning.ansible.private_data import cluster_variables
from tests.unit.test_inventory import TOPOLOGY

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
CCM = {"openstack-cloud-controller-manager": {"configuration": "a"}}


def played(tmp_path: Path, tasks: list[dict[str, Any]], **variables: Any) -> Any:
    """What tasks on this machine have registered as `seen`."""
    book = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables}]
    show = {"ansible.builtin.copy": {"content": "{{ seen | to_json }}", "dest": str(tmp_path / "seen")}}
    book[0]["tasks"] = [*tasks, show]
    (tmp_path / "book.yml").write_text(json.dumps(book))
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "book.yml"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=environment)
    seen: Any = json.loads((tmp_path / "seen").read_text())
    return seen


def template(name: Path, **more: str) -> str:
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return "{{ lookup('ansible.builtin.template', '" + str(name) + "'" + extra + ") }}"


@pytest.mark.parametrize(
    ("addons", "kind", "provider_id"),
    [
        ({}, "InitConfiguration", ""),
        ({}, "InitConfiguration", "openstack:///7"),
        (CCM, "InitConfiguration", "openstack:///7"),
        (CCM, "JoinConfiguration", "openstack:///7"),
    ],
)
def test_a_node_waits_for_a_cloud_controller_only_where_there_is_one(
    tmp_path: Path, addons: dict[str, Any], kind: str, provider_id: str
) -> None:
    kubeadm = {
        "cluster": {**cluster_variables(TOPOLOGY), "addons": addons},
        "machine": {"cpus": 2, "memory": 1 << 30, "cgroup": 2, "resolv_conf": False},
        "node": {"provider_id": provider_id},
        "role": "worker",
        "name": "web-w-1",
        "address": "10.0.0.2",
        "kind": kind,
    }
    text = template(PLAYBOOKS / "templates/kubeadm.yml.j2", template_vars="{'kubeadm': given}")
    seen = played(tmp_path, [{"ansible.builtin.set_fact": {"seen": {"text": text}}}], given=kubeadm)
    first = next(yaml.safe_load_all(seen["text"]))
    flags = {a["name"]: a["value"] for a in first["nodeRegistration"]["kubeletExtraArgs"]}

    assert flags.get("provider-id", "") == provider_id
    assert flags.get("cloud-provider", "") == ("external" if addons else "")


@pytest.mark.parametrize(
    ("addons", "roles"),
    [
        ({}, []),
        (CCM, ["cloud_config", "addon_openstack_ccm"]),
        ({"cinder-csi": {}}, ["cloud_config", "addon_cinder_csi"]),
        ({"metrics-server": {}}, ["addon_metrics_server"]),
    ],
)
def test_the_credential_comes_with_the_add_ons_that_use_it(
    tmp_path: Path, addons: dict[str, Any], roles: list[str]
) -> None:
    """The conditions are those of the playbook; only what they lead to is left out."""
    tasks = yaml.safe_load((PLAYBOOKS / "tasks/optional_addons.yml").read_text())
    noted: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"seen": []}}]
    for task in tasks:
        role = task["ansible.builtin.include_role"]["name"]
        fact = {"seen": "{{ seen + ['" + role + "'] }}"}
        noted.append({"ansible.builtin.set_fact": fact, "when": task["when"]})

    assert played(tmp_path, noted, slipway_cluster={"addons": addons}) == roles


def test_the_secret_has_the_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud/cloud.conf").write_text('[Global]\nauth-url = "http://x"\n')
    secret = PLAYBOOKS / "roles/cloud_config/templates/secret.yml.j2"
    variables = {"cloud_config_identity": str(tmp_path), "cloud_config_names": ["cloud.conf", "ca.crt"]}
    seen = played(tmp_path, [{"ansible.builtin.set_fact": {"seen": {"text": template(secret)}}}], **variables)
    data = yaml.safe_load(seen["text"])["data"]

    assert {k: base64.b64decode(v).decode() for k, v in data.items()} == {
        "cloud.conf": '[Global]\nauth-url = "http://x"\n'
    }


def test_the_task_that_has_it_shows_nothing() -> None:
    (task,) = yaml.safe_load((PLAYBOOKS / "roles/cloud_config/tasks/main.yml").read_text())
    assert task["no_log"] is True
