"""Server-side apply: who owns which field, and what happens when two want the same."""

from typing import Any

import pytest

from tests.api.conftest import Api, widget


@pytest.fixture
def apply(api: Api, widgets: str):
    def send(manager: str, body: dict[str, Any], *, force: bool = False, code: int = 200) -> dict[str, Any]:
        query = f"?fieldManager={manager}&force={str(force).lower()}"
        answer = api.patch(f"{widgets}/{body['metadata']['name']}{query}", body, "apply-patch+yaml")
        assert answer.status_code == code, answer.text
        result: dict[str, Any] = answer.json()
        return result

    return send


def _owners(document: dict[str, Any], *path: str) -> list[str]:
    found = []
    for entry in document["metadata"]["managedFields"]:
        node = entry["fieldsV1"]
        for element in path:
            node = node.get(element) if node is not None else None
        if node is not None:
            found.append(entry["manager"])
    return found


def test_apply_creates_and_owns(apply) -> None:
    made = apply("one", widget("a", size=3), code=201)
    assert _owners(made, "f:spec", "f:size") == ["one"]
    assert _owners(made, "f:spec", "f:colour") == [], "defaults belong to nobody"
    entry = made["metadata"]["managedFields"][0]
    assert (entry["operation"], entry["fieldsType"]) == ("Apply", "FieldsV1")
    assert apply("one", widget("a", size=3)) == made, "applying the same again is no write"


def test_a_conflict_names_manager_and_field(apply) -> None:
    apply("one", widget("a", size=3), code=201)
    status = apply("two", widget("a", size=4, colour="blue"), code=409)
    assert status["details"]["causes"] == [
        {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": ".spec.size"}
    ]
    taken = apply("two", widget("a", size=4, colour="blue"), force=True)
    assert _owners(taken, "f:spec", "f:size") == ["two"]
    assert taken["spec"]["size"] == 4
    apply("one", widget("a", size=3), code=409)


def test_shared_fields_stay_until_the_last_owner_leaves(apply) -> None:
    apply("one", widget("a", size=3), code=201)
    both = apply("two", widget("a", size=3))
    assert sorted(_owners(both, "f:spec", "f:size")) == ["one", "two"]
    assert apply("one", widget("a"))["spec"]["size"] == 3
    assert apply("two", widget("a"))["spec"]["size"] == 1, "back to the default"


def test_lists_with_keys_merge_item_by_item(apply) -> None:
    apply("one", widget("a", disks=[{"name": "x", "size": 1}]), code=201)
    two = apply("two", widget("a", disks=[{"name": "y", "labels": {"k": "v"}}]))
    assert [d["name"] for d in two["spec"]["disks"]] == ["x", "y"]
    apply("two", widget("a", disks=[{"name": "x", "size": 2}]), code=409)
    gone = apply("two", widget("a"))
    assert [d["name"] for d in gone["spec"]["disks"]] == ["x"]


def test_other_lists_are_one_value(apply) -> None:
    apply("one", widget("a", args=["x"]), code=201)
    apply("two", widget("a", args=["x", "y"]), code=409)
    assert apply("two", widget("a", args=["z"]), force=True)["spec"]["args"] == ["z"]


def test_other_writes_take_ownership(apply, api: Api, widgets: str) -> None:
    apply("one", widget("a", size=3), code=201)
    patched = api.patch(f"{widgets}/a?fieldManager=hand", {"spec": {"size": 9}}).json()
    assert _owners(patched, "f:spec", "f:size") == ["hand"]
    status = apply("one", widget("a", size=3), code=409)
    assert status["details"]["causes"][0]["message"] == 'conflict with "hand" using sample.dev/v1'
    labelled = api.patch(f"{widgets}/a?fieldManager=hand", {"metadata": {"labels": {"a": "b"}}}).json()
    assert _owners(labelled, "f:metadata", "f:labels", "f:a") == ["hand"]
    assert apply("one", widget("a", size=9))["metadata"]["labels"] == {"a": "b"}


def test_what_an_apply_must_be(apply, api: Api, widgets: str) -> None:
    assert api.patch(f"{widgets}/a", widget("a"), "apply-patch+yaml").status_code == 400
    bare = {"metadata": {"name": "a"}}
    apply("one", bare, code=400)
    managed = widget("a")
    managed["metadata"]["managedFields"] = [{"manager": "x"}]
    apply("one", managed, code=400)
    stale = widget("a")
    apply("one", widget("a"), code=201)
    stale["metadata"]["resourceVersion"] = "1"
    apply("one", stale, code=409)


def test_an_empty_map_takes_nothing_with_it(apply) -> None:
    apply("one", widget("a"), code=201)
    apply("two", widget("a", colour="blue"))
    assert apply("one", widget("a", size=3))["spec"]["colour"] == "blue"
    assert apply("one", {**widget("a"), "spec": {"controlPlane": {}}})["spec"]["controlPlane"] == {
        "replicas": 1
    }
