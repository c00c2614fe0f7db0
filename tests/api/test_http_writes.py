"""Writes as HTTP: create, update, patch, delete, and every rule they can break."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.conftest import Api, widget


def _causes(answer) -> dict[str, str]:
    return {c["field"]: c["reason"] for c in answer.json()["details"]["causes"]}


def test_create_fills_in_defaults_and_names(api: Api, widgets: str) -> None:
    made = api.post(widgets, {"metadata": {"generateName": "w-"}, "status": {"phase": "Lies"}}).json()
    assert made["metadata"]["name"].startswith("w-")
    assert made["spec"]["controlPlane"] == {"replicas": 1}
    assert made["spec"]["nickName"] == made["metadata"]["name"].title()
    assert made["status"] == {"phase": "Pending", "conditions": []}
    assert made["metadata"]["generation"] == 1
    assert api.get(f"{widgets}/{made['metadata']['name']}").json() == made
    again = api.post(widgets, {"metadata": {"name": made["metadata"]["name"]}})
    assert (again.status_code, again.json()["reason"]) == (409, "AlreadyExists")


def test_every_broken_rule_is_a_cause(api: Api, widgets: str) -> None:
    spec = {"size": -1, "colour": "pink", "controlPlane": {"replicas": 2}, "disks": [{"size": 1}]}
    answer = api.post(widgets, widget("a", **spec))
    assert answer.status_code == 422
    assert _causes(answer) == {
        "spec.size": "FieldValueInvalid",
        "spec.colour": "FieldValueInvalid",
        "spec.controlPlane.replicas": "FieldValueNotSupported",
        "spec.disks[0].name": "FieldValueRequired",
    }
    answer = api.post(widgets, widget("a", disks=[{"name": "x"}, {"name": "x"}]))
    assert _causes(answer) == {"spec.disks[1].name": "FieldValueDuplicate"}
    bad = {"metadata": {"name": "Bad_Name", "labels": {"-x": "y", "a": "b c"}, "annotations": {"k": 1}}}
    assert set(_causes(api.post(widgets, bad))) == {
        "metadata.name",
        "metadata.labels",
        "metadata.annotations.k",
    }


def test_field_validation(api: Api, widgets: str) -> None:
    body = '{"metadata":{"name":"a","bogus":1},"spec":{"size":1,"size":2,"disks":[{"name":"x","wrong":1}]}}'
    strict = api.post(f"{widgets}?fieldValidation=Strict", body)
    assert strict.status_code == 400
    for found in (
        'duplicate field "spec.size"',
        'unknown field "metadata.bogus"',
        'unknown field "spec.disks[0].wrong"',
    ):
        assert found in strict.json()["message"]
    warned = api.post(f"{widgets}?fieldValidation=Warn&dryRun=All", body)
    assert '299 - "duplicate field \\"spec.size\\""' in warned.headers["Warning"]
    assert warned.json()["spec"]["size"] == 2
    ignored = api.post(f"{widgets}?fieldValidation=Ignore&dryRun=All", body)
    assert "Warning" not in ignored.headers
    twice = "metadata: {name: a}\nspec:\n  size: 1\n  size: 2\n"
    answer = api.post(
        f"{widgets}?fieldValidation=Strict", twice, headers={"Content-Type": "application/yaml"}
    )
    assert 'duplicate field "spec.size"' in answer.json()["message"]


def test_updates_lock_optimistically(api: Api, widgets: str) -> None:
    first = api.post(widgets, widget("a")).json()
    first["spec"]["size"] = 5
    first["status"] = {"phase": "Lies"}
    second = api.put(f"{widgets}/a", first).json()
    assert second["metadata"]["generation"] == 2
    assert second["status"]["phase"] == "Pending"
    stale = api.put(f"{widgets}/a", first)
    assert (stale.status_code, stale.json()["reason"]) == (409, "Conflict")
    same = api.put(f"{widgets}/a", second).json()
    assert same == second, "a write that changes nothing is no write"
    without = {**second, "metadata": {"name": "a"}}
    assert set(_causes(api.put(f"{widgets}/a", without))) == {"metadata.resourceVersion"}
    renamed = {**second, "metadata": {**second["metadata"], "name": "b"}}
    assert api.put(f"{widgets}/a", renamed).status_code == 400
    assert api.put(f"{widgets}/none", {**second, "metadata": {"resourceVersion": "1"}}).status_code == 404
    moved = api.patch(f"{widgets}/a", {"metadata": {"namespace": "blue"}})
    assert moved.status_code == 400


def test_concurrent_patches_all_count(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a"))

    def annotate(i: int) -> int:
        return api.patch(f"{widgets}/a", {"metadata": {"annotations": {f"k{i}": "v"}}}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(annotate, range(24))) == {200}
    assert len(api.get(f"{widgets}/a").json()["metadata"]["annotations"]) == 24


def test_json_patch(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a", size=3))
    right = [{"op": "test", "path": "/spec/size", "value": 3}, {"op": "remove", "path": "/spec/size"}]
    assert api.patch(f"{widgets}/a", right, "json-patch+json").json()["spec"]["size"] == 1
    failed = api.patch(f"{widgets}/a", right, "json-patch+json")
    assert (failed.status_code, failed.json()["reason"]) == (422, "Invalid")
    assert api.patch(f"{widgets}/a", [{"op": "jump"}], "json-patch+json").status_code == 400
    assert api.patch(f"{widgets}/a", {"metadata": {"labels": None}}).status_code == 200
    broken = api.patch(
        f"{widgets}/a", [{"op": "replace", "path": "/metadata", "value": 1}], "json-patch+json"
    )
    assert broken.status_code == 400


def test_deletion(api: Api, widgets: str, pools: str) -> None:
    made = api.post(widgets, widget("a")).json()
    for wrong in ({"uid": "x"}, {"resourceVersion": "1"}):
        assert (
            api.delete(f"{widgets}/a", {"kind": "DeleteOptions", "preconditions": wrong}).status_code == 409
        )
    options = {"propagationPolicy": "Foreground", "preconditions": {"uid": made["metadata"]["uid"]}}
    assert api.delete(f"{widgets}/a", options).json()["status"] == "Success"
    assert api.delete(f"{widgets}/a").status_code == 404
    held = api.post(pools, {"metadata": {"name": "p"}}).json()
    assert held["metadata"]["finalizers"] == ["sample.dev/clean"]
    gone = api.delete(f"{pools}/p").json()
    assert gone["metadata"]["deletionTimestamp"]
    refused = api.patch(f"{pools}/p", {"metadata": {"finalizers": None}})
    assert _causes(refused) == {"metadata.finalizers": "FieldValueForbidden"}


def test_delete_collection(api: Api, widgets: str) -> None:
    for name, tier in (("a", "web"), ("b", "db")):
        body = widget(name)
        body["metadata"]["labels"] = {"tier": tier}
        api.post(widgets, body)
    gone = api.delete(f"{widgets}?labelSelector=tier%3Dweb").json()
    assert [i["metadata"]["name"] for i in gone["items"]] == ["a"]
    assert [i["metadata"]["name"] for i in api.get(widgets).json()["items"]] == ["b"]


def test_what_is_owned_goes_with_its_owner(
    api: Api, widgets: str, platform, pools: str, namespace: str
) -> None:
    owner = api.post(pools, {"metadata": {"name": "p"}}).json()
    body = widget("mine")
    body["metadata"]["ownerReferences"] = [
        {"apiVersion": "sample.dev/v1", "kind": "Pool", "name": "p", "uid": owner["metadata"]["uid"]}
    ]
    assert api.post(widgets, body).status_code == 201
    api.delete(f"{pools}/p")
    assert api.get(f"{widgets}/mine").status_code == 200
    platform("release", "pools", namespace, "p", "sample.dev/clean")
    assert api.get(f"{widgets}/mine").status_code == 404
