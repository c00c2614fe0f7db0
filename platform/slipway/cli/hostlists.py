"""Lists of hosts that people have already: CSV files, and Ansible inventories of every form."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slipway.cli import fields
from slipway.cli.errors import CliError, Exit

Spec = dict[str, Any]
_PLAIN = ("address", "user", "failureDomain", "hostKey", "provider")
_SECRET = {"key": "privateKey", "sudoPassword": "sudoPassword", "bastionKey": "bastionKey"}
_KNOWN = {"name", "port", "labels", *_PLAIN, *_SECRET}


def read(file: Path) -> Iterator[tuple[str, dict[str, str], Spec]]:
    """Name, labels and what the list says of the spec, host by host."""
    return _of_csv(file) if file.suffix == ".csv" else _of_inventory(file)


def over(given: Spec, own: Spec) -> Spec:
    """What a list says of a host wins over what options say for all."""
    return {**given, **own, "secrets": {**given.get("secrets", {}), **own.get("secrets", {})}}


def _of_csv(file: Path) -> Iterator[tuple[str, dict[str, str], Spec]]:
    with file.open(newline="") as lines:
        rows = csv.DictReader(lines)
        if unknown := set(rows.fieldnames or ()) - _KNOWN:
            raise _unusable(
                file, f"unknown column {sorted(unknown)[0]!r}; there are {', '.join(sorted(_KNOWN))}"
            )
        for number, row in enumerate(rows, start=2):
            if not row.get("name") or not row.get("address"):
                raise _unusable(file, f"line {number}: name and address are needed")
            yield (
                row["name"],
                fields.texts(tuple((row.get("labels") or "").split())),
                _of_row(file, number, row),
            )


def _of_row(file: Path, number: int, row: dict[str, str]) -> Spec:
    spec: Spec = {name: row[name] for name in _PLAIN if row.get(name)}
    if port := row.get("port"):
        if not port.isdigit():
            raise _unusable(file, f"line {number}: {port!r} is no port")
        spec["port"] = int(port)
    if secrets := {_SECRET[name]: row[name] for name in _SECRET if row.get(name)}:
        spec["secrets"] = fields.secrets(tuple(f"{name}={value}" for name, value in secrets.items()))
    return spec


def _of_inventory(file: Path) -> Iterator[tuple[str, dict[str, str], Spec]]:
    """Ansible itself reads it; groups become labels `group.slipway.dev/NAME`."""
    listed = _ansible_inventory(file)
    variables = listed.get("_meta", {}).get("hostvars", {})
    groups: dict[str, list[str]] = {}
    for group, content in listed.items():
        for name in content.get("hosts", []) if group not in ("_meta", "all", "ungrouped") else ():
            groups.setdefault(name, []).append(group)
    names = {
        name for content in listed.values() if isinstance(content, dict) for name in content.get("hosts", [])
    }
    if not names:
        raise _unusable(file, "it names no hosts")
    for name in sorted(names):
        labels = {f"group.slipway.dev/{group}": "true" for group in groups.get(name, [])}
        yield name, labels, _of_variables(name, variables.get(name, {}))


def _of_variables(name: str, variables: dict[str, Any]) -> Spec:
    spec: Spec = {"address": str(variables.get("ansible_host", name))}
    for theirs, ours in (("ansible_user", "user"), ("slipway_failure_domain", "failureDomain")):
        if theirs in variables:
            spec[ours] = str(variables[theirs])
    if "ansible_port" in variables:
        spec["port"] = int(variables["ansible_port"])
    secrets = {}
    if key := variables.get("ansible_ssh_private_key_file"):
        secrets["privateKey"] = fields.secrets((f"key=@{key}",))["key"]
    if password := variables.get("ansible_become_password") or variables.get("ansible_become_pass"):
        secrets["sudoPassword"] = str(password)
    return {**spec, "secrets": secrets} if secrets else spec


def _ansible_inventory(file: Path) -> dict[str, Any]:
    beside = Path(sys.executable).with_name("ansible-inventory")
    command = str(beside) if beside.exists() else shutil.which("ansible-inventory")
    if not command:
        raise CliError(
            "ansible-inventory is missing: install ansible-core, or give a CSV file", code=Exit.USAGE
        )
    done = subprocess.run(
        [command, "--inventory", str(file), "--list"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _unusable(file, (done.stderr.strip().splitlines() or ["no inventory"])[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _unusable(file: Path, why: str) -> CliError:
    return CliError(f"{file}: {why}", code=Exit.USAGE)
