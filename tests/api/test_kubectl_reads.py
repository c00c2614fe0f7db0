"""Unmodified kubectl reads: get in all its forms, describe, explain, discovery, access."""

import json

import yaml

from tests.api.conftest import Api, Kubectl, widget


def _manifest(*objects: dict) -> str:
    return yaml.safe_dump_all(objects)


def test_discovery(kubectl: Kubectl) -> None:
    listed = kubectl("api-resources")
    assert [line.split()[0] for line in listed.splitlines() if "sample.dev" in line] == [
        "pools",
        "tenants",
        "widgets",
    ]
    assert "wd" in listed
    assert "events" in listed
    assert "namespaces" in listed
    assert "sample.dev/v1" in kubectl("api-versions").split()
    assert "Server Version: v1.32" in kubectl("version")


def test_get_prints_columns(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=_manifest(widget("a", size=3)))
    header, row = kubectl("get", "widgets").splitlines()
    assert header.split() == ["NAME", "SIZE", "PHASE", "AGE"]
    assert row.split()[:3] == ["a", "3", "Pending"]
    assert row.split()[3].endswith("s")
    wide = kubectl("get", "wd", "a", "-o", "wide").splitlines()
    assert wide[0].split()[-1] == "COLOUR"
    assert wide[1].split()[-1] == "red"
    assert kubectl("get", "widgets", "-o", "name").strip() == "widget.sample.dev/a"
    assert json.loads(kubectl("get", "widget", "a", "-o", "json"))["spec"]["size"] == 3
    assert yaml.safe_load(kubectl("get", "widgets", "-o", "yaml"))["items"][0]["metadata"]["name"] == "a"
    assert kubectl("get", "all", "-o", "name").strip() == "widget.sample.dev/a"


def test_get_selects(kubectl: Kubectl) -> None:
    for name, tier in (("a", "web"), ("b", "db"), ("c", "")):
        labelled = widget(name)
        labelled["metadata"]["labels"] = {"tier": tier} if tier else {}
        kubectl("create", "-f", "-", stdin=_manifest(labelled))

    def names(*arguments: str) -> list[str]:
        return [n.rpartition("/")[2] for n in kubectl("get", "widgets", "-o", "name", *arguments).split()]

    assert names("-l", "tier=web") == ["a"]
    assert names("-l", "tier!=web") == ["b", "c"]
    assert names("-l", "tier in (web, db)") == ["a", "b"]
    assert names("-l", "!tier") == ["c"]
    assert names("--field-selector", "metadata.name=b") == ["b"]
    assert names("--field-selector", "metadata.name!=b", "--chunk-size=1") == ["a", "c"]
    everywhere = kubectl("get", "widgets", "-A", "-o", "name").split()
    assert len(everywhere) >= 3


def test_missing_things_are_named(kubectl: Kubectl) -> None:
    assert 'widgets.sample.dev "nope" not found' in kubectl.fails("get", "widget", "nope")
    assert "No resources found" in kubectl.run("get", "widgets").stderr
    assert "doesn't have a resource type" in kubectl.fails("get", "gadgets")


def test_explain(kubectl: Kubectl) -> None:
    assert "How big the widget is." in kubectl("explain", "widget.spec")
    tree = kubectl("explain", "widgets", "--recursive")
    assert "controlPlane" in tree
    assert "replicas" in tree
    assert "generateName" in tree
    assert "enum: 1, 3, 5" in tree


def test_namespaces_come_from_their_source(kubectl: Kubectl) -> None:
    assert kubectl("get", "ns", kubectl.namespace).splitlines()[1].split()[:2] == [
        kubectl.namespace,
        "Active",
    ]
    done = kubectl.run("create", "namespace", "another")
    assert done.returncode != 0
    assert 'namespaces "absent" not found' in kubectl.fails(
        "create", "-n", "absent", "-f", "-", stdin=_manifest(widget("a"))
    )


def test_may_i(kubectl: Kubectl, api: Api) -> None:
    assert kubectl("auth", "can-i", "create", "widgets.sample.dev").strip() == "yes"
    viewer = Kubectl(api.as_("viewer"), kubectl.folder, kubectl.namespace)
    assert viewer("auth", "can-i", "get", "widgets.sample.dev").strip() == "yes"
    assert viewer.run("auth", "can-i", "delete", "widgets.sample.dev/x").stdout.strip() == "no"
    refused = viewer.fails("create", "-f", "-", stdin=_manifest(widget("a")))
    assert 'User "viewer" cannot create resource "widgets" in API group "sample.dev"' in refused
