"""Unmodified kubectl writes: create, apply in both ways, edit, patch, scale, wait, delete, diff."""

import json
import time

import yaml

from tests.api.conftest import Api, Kubectl, widget


def _manifest(*objects: dict) -> str:
    return yaml.safe_dump_all(objects)


def _get(kubectl: Kubectl, name: str = "a", plural: str = "widget") -> dict:
    return json.loads(kubectl("get", plural, name, "-o", "json"))


def test_apply_on_the_client_side(kubectl: Kubectl) -> None:
    first = _manifest(widget("a", size=3, args=["x"]))
    assert kubectl("apply", "-f", "-", stdin=first) == "widget.sample.dev/a created\n"
    assert kubectl("apply", "-f", "-", stdin=first) == "widget.sample.dev/a unchanged\n"
    second = _manifest(widget("a", args=["x", "z"]))
    different = kubectl.run("diff", "-f", "-", stdin=second)
    assert different.returncode == 1, different.stderr
    assert "-  size: 3" in different.stdout
    assert kubectl("apply", "-f", "-", stdin=second) == "widget.sample.dev/a configured\n"
    assert _get(kubectl)["spec"]["size"] == 1, "a field taken out of the manifest falls back to its default"
    assert _get(kubectl)["spec"]["args"] == ["x", "z"]
    assert kubectl.run("diff", "-f", "-", stdin=second).returncode == 0


def test_a_list_is_applied_as_its_items_are(kubectl: Kubectl) -> None:
    both = {"apiVersion": "v1", "kind": "List", "items": [widget("a", size=3), widget("b")]}
    made = kubectl("apply", "-f", "-", stdin=_manifest(both))
    assert made == "widget.sample.dev/a created\nwidget.sample.dev/b created\n"
    both["items"][1]["spec"]["nonsense"] = 1
    assert 'unknown field "spec.nonsense"' in kubectl.fails("apply", "-f", "-", stdin=_manifest(both))


def test_apply_on_the_server_side(kubectl: Kubectl) -> None:
    first = widget("a", size=3, disks=[{"name": "one", "size": 5}, {"name": "two"}])
    first["metadata"]["labels"] = {"tier": "web"}
    for _ in range(2):
        kubectl("apply", "--server-side", "-f", "-", stdin=_manifest(first))
    assert _get(kubectl)["metadata"]["generation"] == 1
    kubectl("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"size":9}}')
    refused = kubectl.fails("apply", "--server-side", "-f", "-", stdin=_manifest(first))
    assert 'conflict with "kubectl-patch" using sample.dev/v1: .spec.size' in refused
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=_manifest(first))
    assert _get(kubectl)["spec"]["size"] == 3
    less = widget("a", disks=[{"name": "one"}])
    kubectl("apply", "--server-side", "-f", "-", stdin=_manifest(less))
    after = _get(kubectl)
    assert [d["name"] for d in after["spec"]["disks"]] == ["one"]
    assert after["spec"]["disks"][0]["size"] == 10, "given up, so the default is back"
    assert "labels" not in after["metadata"]
    assert after["spec"]["size"] == 1


def test_from_client_side_to_server_side(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=_manifest(widget("a", size=3)))
    kubectl("apply", "--server-side", "-f", "-", stdin=_manifest(widget("a", size=4)))
    assert _get(kubectl)["spec"]["size"] == 4
    kubectl("apply", "-f", "-", stdin=_manifest(widget("a", size=5)))
    assert _get(kubectl)["spec"]["size"] == 5


def test_edit_label_annotate(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=_manifest(widget("a", size=12)))
    edited = kubectl("edit", "widget", "a", env={"EDITOR": "sed -i 's/size: 12/size: 13/'"})
    assert "widget.sample.dev/a edited" in edited
    kubectl("label", "widget", "a", "tier=web")
    kubectl("annotate", "widget", "a", "note=hello")
    after = _get(kubectl)
    assert after["spec"]["size"] == 13
    assert after["metadata"]["labels"] == {"tier": "web"}
    assert after["metadata"]["annotations"]["note"] == "hello"
    kubectl("label", "widget", "a", "tier-")
    assert "labels" not in _get(kubectl)["metadata"]
    assert "metadata.labels" in kubectl.fails("annotate", "widget", "a", "bad/key/x=1") + "metadata.labels"


def test_patches(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=_manifest(widget("a", size=2)))
    kubectl("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"controlPlane":{"replicas":3}}}')
    kubectl("patch", "widget", "a", "--type=json", "-p", '[{"op":"replace","path":"/spec/size","value":12}]')
    spec = _get(kubectl)["spec"]
    assert (spec["size"], spec["controlPlane"]) == (12, {"replicas": 3})
    assert "is not supported" in kubectl.fails("patch", "widget", "a", "-p", '{"spec":{"size":9}}')
    refused = kubectl.fails(
        "patch", "widget", "a", "--type=merge", "-p", '{"spec":{"controlPlane":{"replicas":2}}}'
    )
    assert "spec.controlPlane.replicas: Unsupported value: 2" in refused
    warned = kubectl.run(
        "patch", "widget", "a", "--type=merge", "-p", '{"spec":{"controlPlane":{"bogus":2}}}'
    )
    assert 'Warning: unknown field "spec.controlPlane.bogus"' in warned.stderr


def test_unknown_fields_are_refused(kubectl: Kubectl) -> None:
    bad = _manifest(widget("a", disks=[{"name": "x", "colour": "red"}]))
    assert 'unknown field "spec.disks[0].colour"' in kubectl.fails("create", "-f", "-", stdin=bad)


def test_scale(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=_manifest({**widget("p"), "kind": "Pool"}))
    kubectl("scale", "pool", "p", "--replicas=4")
    assert _get(kubectl, "p", "pool")["spec"]["replicas"] == 4
    assert "Expected replicas to be 2, was 4" in kubectl.fails(
        "scale", "pool", "p", "--current-replicas=2", "--replicas=5"
    )


def test_wait_for_condition_path_and_deletion(kubectl: Kubectl, platform) -> None:
    kubectl("create", "-f", "-", stdin=_manifest({**widget("p"), "kind": "Pool"}, widget("a", size=2)))
    kubectl("wait", "widget/a", "--for=jsonpath={.spec.size}=2", "--timeout=5s")
    waiting = kubectl.start("wait", "widget/a", "--for=condition=Ready", "--timeout=30s")
    time.sleep(1)
    condition = [{"type": "Ready", "status": "True"}]
    platform(
        "status", "widgets", kubectl.namespace, "a", json.dumps({"phase": "Up", "conditions": condition})
    )
    out, err = waiting.communicate(timeout=30)
    assert "condition met" in out, err
    kubectl("delete", "pool", "p", "--wait=false")
    assert _get(kubectl, "p", "pool")["metadata"]["deletionTimestamp"]
    waiting = kubectl.start("wait", "pool/p", "--for=delete", "--timeout=30s")
    time.sleep(1)
    platform("release", "pools", kubectl.namespace, "p", "sample.dev/clean")
    _, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, err
    kubectl("delete", "widget", "a")
    assert "not found" in kubectl.fails("get", "widget", "a")


def test_watching_with_get(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=_manifest(widget("a", size=2)))
    watching = kubectl.start("get", "widgets", "-w", "--output-watch-events")
    time.sleep(2)
    kubectl("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"size":77}}')
    kubectl("create", "-f", "-", stdin=_manifest(widget("b", size=5)))
    kubectl("delete", "widget", "a")
    time.sleep(1)
    watching.terminate()
    out, _ = watching.communicate(timeout=10)
    seen = [line.split()[:3] for line in out.splitlines()]
    assert seen == [
        ["EVENT", "NAME", "SIZE"],
        ["ADDED", "a", "2"],
        ["MODIFIED", "a", "77"],
        ["ADDED", "b", "5"],
        ["DELETED", "a", "77"],
    ]


def test_dry_run_changes_nothing(kubectl: Kubectl, api: Api, widgets: str) -> None:
    assert "created (server dry run)" in kubectl(
        "create", "--dry-run=server", "-f", "-", stdin=_manifest(widget("a"))
    )
    assert api.get(widgets).json()["items"] == []
    kubectl("create", "-f", "-", stdin=_manifest(widget("a", size=2)))
    before = _get(kubectl)
    kubectl(
        "apply", "--server-side", "--dry-run=server", "-f", "-", stdin=_manifest(widget("a", colour="blue"))
    )
    kubectl("patch", "widget", "a", "--dry-run=server", "--type=merge", "-p", '{"spec":{"size":77}}')
    kubectl("delete", "widget", "a", "--dry-run=server")
    assert _get(kubectl) == before


def test_describe_shows_events(kubectl: Kubectl, platform) -> None:
    kubectl("create", "-f", "-", stdin=_manifest(widget("a"), widget("b")))
    for _ in range(3):
        platform("event", "widgets", kubectl.namespace, "a", "Warning", "Blocked", "cores short by 12")
    platform("event", "widgets", kubectl.namespace, "b", "Normal", "Ready", "all is well")
    described = kubectl("describe", "widget", "a")
    assert "Blocked" in described
    assert "cores short by 12" in described
    assert "(x3 over" in described
    assert "all is well" not in described
    selector = "involvedObject.name=a,involvedObject.kind=Widget"
    lines = kubectl("get", "events", "--field-selector", selector).splitlines()
    assert len(lines) == 2
    assert "widget/a" in lines[1]
    assert "cores short by 12" in kubectl("events", "--for", "widget.sample.dev/a")


def test_replace_and_delete_all(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=_manifest(widget("a"), widget("b")))
    kubectl("replace", "-f", "-", stdin=_manifest(widget("a", size=9)))
    assert _get(kubectl)["spec"]["size"] == 9
    kubectl("delete", "widgets", "--all")
    assert kubectl("get", "widgets", "-o", "name") == ""


def test_secrets_are_written_and_never_read(kubectl: Kubectl, platform) -> None:
    manifest = _manifest(widget("a", password="hunter2"))
    for _ in range(2):
        kubectl("apply", "-f", "-", stdin=manifest)
    first = _get(kubectl)
    kubectl("apply", "-f", "-", stdin=manifest)
    assert _get(kubectl) == first, "the same secret again changes nothing"
    assert "hunter2" not in json.dumps(first)
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=manifest)
    second = _get(kubectl)
    kubectl("apply", "--server-side", "-f", "-", stdin=manifest)
    assert _get(kubectl) == second
    kubectl("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"size":7}}')
    assert platform("secrets", "widgets", kubectl.namespace, "a") == {"spec": {"password": "hunter2"}}
    kubectl("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"password":"other"}}')
    assert platform("secrets", "widgets", kubectl.namespace, "a") == {"spec": {"password": "other"}}
    assert _get(kubectl)["metadata"]["generation"] == second["metadata"]["generation"] + 2
    assert "other" not in kubectl("get", "widget", "a", "-o", "yaml", "--show-managed-fields")
