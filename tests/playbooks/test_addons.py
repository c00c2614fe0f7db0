"""Each add-on pairs with a role, and the role's manifests with what the catalog says of them."""

from pathlib import Path

import jinja2
import pytest
import yaml

from provisioning.addons import coredns
from provisioning.addons.catalog import CATALOG, chosen

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
ADDONS = pytest.mark.parametrize("addon", CATALOG.values(), ids=lambda addon: addon.name)


def rendered(role: str) -> str:
    """A role's manifest with stand-ins for what Ansible would fill in."""
    environment = jinja2.Environment(trim_blocks=True, undefined=jinja2.ChainableUndefined)  # noqa: S701 - YAML
    environment.filters["to_json"] = lambda value: f'"{value}"'
    text = (ROLES / role / "templates" / "manifest.yml.j2").read_text()
    classes = [{"name": "x", "node_path": "/x", "volume_type": "ssd"}]
    return environment.from_string(text).render({f"{role}_classes": classes})


@ADDONS
def test_its_role_exists_and_takes_its_options(addon):
    specification = yaml.safe_load((ROLES / addon.role / "meta" / "argument_specs.yml").read_text())
    assert f"{addon.role}_options" in specification["argument_specs"]["main"]["options"]
    assert f"addons['{addon.name}']" in (
        defaults := (ROLES / addon.role / "defaults/main.yml").read_text()
    ) or (f"addons.{addon.name} " in defaults)


@ADDONS
def test_every_option_is_read_by_the_role(addon):
    defaults = (ROLES / addon.role / "defaults" / "main.yml").read_text()
    for option in addon.options.model_fields:
        assert f"{addon.role}_options.{option}" in defaults


@ADDONS
def test_its_manifests_hold_the_workloads_that_make_it_ready(addon):
    documents = [d for d in yaml.safe_load_all(rendered(addon.role)) if d]
    made = {f"{d['kind']}/{d['metadata'].get('namespace', '')}/{d['metadata']['name']}" for d in documents}
    assert made.issuperset(addon.workloads)


@ADDONS
def test_every_object_of_its_manifests_can_be_applied(addon, load):
    for document in yaml.safe_load_all(rendered(addon.role)):
        if document:
            assert load("slipway_kube").object_path(document).startswith("/api")


@ADDONS
def test_what_enters_a_cloud_does_so_by_the_cluster_s_secret_and_starts_anew_with_another(addon):
    pods = [
        document["spec"]["template"]
        for document in yaml.safe_load_all(rendered(addon.role))
        if document and addon.cloud and document["kind"] in ("DaemonSet", "Deployment")
    ]
    assert bool(pods) == bool(addon.cloud)
    for pod in pods:
        volumes = {v["name"]: v for v in pod["spec"]["volumes"]}
        assert volumes["cloud-config"]["secret"]["secretName"] == "cloud-config"
        assert "slipway.dev/cloud-config" in pod["metadata"]["annotations"]
        images = " ".join(c["image"] for c in pod["spec"]["containers"])
        assert "registry" not in images


@ADDONS
def test_it_names_the_images_that_it_runs(addon):
    text = (ROLES / addon.role / "templates" / "manifest.yml.j2").read_text()
    for image in addon.images:
        assert addon.name == "coredns" or f"/{image}:" in text  # kubeadm itself names CoreDNS' image


def test_every_addon_role_is_in_the_catalog():
    assert {path.name for path in ROLES.glob("addon_*")} == {addon.role for addon in CATALOG.values()}


def test_the_required_ones_are_always_chosen_with_their_defaults_filled_in():
    assert chosen({}) == {
        "flannel": {"backend": "vxlan"},
        "coredns": {"replicas": 2, "spread": 1},
    }
    assert chosen({"metrics-server": {"replicas": 2}})["metrics-server"] == {
        "replicas": 2,
        "resolution": "15s",
    }


@pytest.mark.parametrize(
    ("nodes", "untainted", "replicas", "spread"),
    [(1, 1, 1, 1), (2, 1, 2, 1), (5, 5, 2, 2), (5, 3, 2, 2), (40, 9, 4, 2), (1, 0, 1, 1)],
)
def test_dns_follows_the_nodes_that_carry_it(nodes, untainted, replicas, spread):
    assert coredns.sized(nodes, untainted) == {"replicas": replicas, "spread": spread}


def test_an_unknown_option_is_refused():
    with pytest.raises(ValueError, match="colour"):
        chosen({"metrics-server": {"colour": "blue"}})
