"""The recipes of AGENTS.md: a step that was forgotten is found here."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from provisioning import kinds as provisioning_kinds
from provisioning import versions
from provisioning.addons.catalog import CATALOG
from provisioning.bundles.images import release_images
from provisioning.drivers.registry import driver_names
from provisioning.kinds.cluster import AddonsSpec
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.others import RECONCILERS
from provisioning.reconcile.outside import KINDS as OUTSIDE
from slipway.apimachinery.kinds import Kind, registry
from tenants import access
from tenants import kinds as tenants_kinds

ROOT = Path(__file__).parents[1]
OURS = [kind for kind in registry.kinds() if kind.group == "slipway.dev"]


def test_every_kind_that_is_declared_is_served() -> None:
    declared = {
        value.plural
        for package in (provisioning_kinds, tenants_kinds)
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Kind)
    }

    assert declared == {kind.plural for kind in OURS}


def test_every_kind_has_its_place_in_the_gate() -> None:
    by_tenants = {k.plural for k in OURS if k.namespaced and "create" in k.verbs}
    for_all = {k.plural for k in OURS if not k.namespaced}

    assert by_tenants <= access.OPERATED | access.ADMINISTERED
    assert for_all <= access.OPEN_TO_ALL | access.OWN_ONLY | access.PLATFORM_ONLY


def test_every_subresource_has_its_place_in_the_gate() -> None:
    served = {(k.plural, name) for k in OURS for name in registry.subresources(k.plural)}
    served |= {(k.plural, "scale") for k in OURS if k.scale}

    assert served <= {*access.SUBRESOURCES, ("tenants", "token")}  # the token's rule is its own


def test_every_reconciled_kind_has_a_loop() -> None:
    assert {k.plural for k in OURS if k.reconciled} <= {"clusters", *OUTSIDE, *RECONCILERS}


def test_every_driver_is_offered_held_to_the_contract_and_described() -> None:
    folders = {p.parent.name for p in (ROOT / "provisioning/drivers").glob("*/driver.py")}
    suite = (ROOT / "tests/drivers/conftest.py").read_text()
    page = (ROOT / "docs/reference/drivers.md").read_text()

    assert folders <= set(driver_names())
    assert [name for name in folders if f'"{name}"' not in suite] == []
    assert [name for name in folders if f"\n## {name}\n" not in page] == []


def test_every_optional_addon_can_be_chosen_in_a_cluster_s_spec() -> None:
    switches = AddonsSpec().model_dump(by_alias=True)
    spec = {"addons": switches, "controlPlane": {"replicas": 1, "machine": {}}}
    document: dict[str, Any] = {"metadata": {"name": "web"}, "spec": spec}
    nothing = cast("Any", None)
    cluster = ClusterPass(document, nothing, nothing, nothing, nothing)

    assert set(cluster.addons()) == set(CATALOG)
    for switch in switches.values():
        switch["enabled"] = False
    assert set(cluster.addons()) == {name for name, addon in CATALOG.items() if addon.required}


def test_every_addon_is_installed_by_the_playbook() -> None:
    tasks = [
        task
        for name in ("addons", "optional_addons")
        for task in yaml.safe_load((ROOT / f"playbooks/tasks/{name}.yml").read_text())
    ]
    included = {
        (task.get("ansible.builtin.import_role") or task.get("ansible.builtin.include_role") or {}).get(
            "name"
        ): task
        for task in tasks
    }

    for addon in CATALOG.values():
        assert addon.role in included
        assert addon.required or f"'{addon.name}'" in included[addon.role]["when"]


@pytest.mark.parametrize("version", versions.RELEASES)
def test_every_addon_s_images_are_in_the_bundle(version: str) -> None:
    carried = {image.name for image in release_images(versions.find(version))}

    assert {image for addon in CATALOG.values() for image in addon.images} <= carried
