"""Roles say what they take, under their own name; modules document every option that they have."""

import ast
import re
from pathlib import Path

import pytest
import yaml

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
ROLES = pytest.mark.parametrize("role", sorted((PLAYBOOKS / "roles").iterdir()), ids=lambda path: path.name)
MODULES = pytest.mark.parametrize(
    "module", sorted((PLAYBOOKS / "library").glob("*.py")), ids=lambda path: path.stem
)


def options(role: Path) -> set[str]:
    specification = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())
    return set(specification["argument_specs"]["main"]["options"])


@ROLES
def test_every_variable_of_a_role_is_specified_and_bears_its_name(role):
    defaults = role / "defaults" / "main.yml"
    named = set(yaml.safe_load(defaults.read_text())) if defaults.exists() else set()
    assert named == options(role)
    assert all(name.startswith(f"{role.name}_") for name in named)


@ROLES
def test_every_variable_that_a_role_uses_is_its_own(role):
    text = " ".join(path.read_text() for path in role.rglob("*") if path.suffix in (".yml", ".j2"))
    text = re.sub(r"[./]\w+", "", text)  # attributes, paths
    used = set(re.findall(rf"\b{role.name}_(?:[a-z]+_?)+\b", text)) - {f"{role.name}_"}
    registered = {"node_prepared"} if role.name == "node" else set()
    assert used - registered - options(role) == set()


@MODULES
def test_a_module_documents_exactly_the_options_that_it_takes(module):
    tree = ast.parse(module.read_text())
    texts = {n.targets[0].id: n.value.value for n in tree.body if isinstance(n, ast.Assign) and _is_text(n)}
    documented = set(yaml.safe_load(texts["DOCUMENTATION"]).get("options") or {})
    assert documented == _taken(tree)


@MODULES
def test_a_module_can_be_asked_what_it_would_do(module):
    assert "supports_check_mode=True" in module.read_text()


@pytest.mark.parametrize("playbook", sorted(PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_the_readme_names_every_playbook(playbook):
    assert f"| `{playbook.stem}` |" in (PLAYBOOKS / "README.md").read_text()


def test_the_example_inventory_has_the_variables_that_a_run_has():
    from provisioning.ansible.private_data import cluster_variables
    from tests.unit.test_inventory import TOPOLOGY

    example = yaml.safe_load((PLAYBOOKS / "examples" / "inventory.yml").read_text())["all"]["vars"]
    assert set(example["slipway_cluster"]) == set(cluster_variables(TOPOLOGY))


def _is_text(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.targets[0], ast.Name)


def _taken(tree: ast.Module) -> set[str]:
    """Keys of the dict that AnsibleModule is given, wherever the module keeps it."""
    constants = {n.targets[0].id: n.value for n in tree.body if isinstance(n, ast.Assign)}  # type: ignore[attr-defined]
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg == "argument_spec":
                value = constants[keyword.value.id] if isinstance(keyword.value, ast.Name) else keyword.value
                return {key.value for key in value.keys}  # type: ignore[attr-defined]
    raise AssertionError("no argument_spec")
