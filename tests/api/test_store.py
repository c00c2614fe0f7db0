"""The store as the platform uses it: transactions, subscribers, status, events, trimming."""

from typing import Any

import pytest

from slipway.apimachinery import changes
from slipway.apimachinery.errors import AlreadyExists, Conflict, Invalid, NotFound
from slipway.apimachinery.kinds import registry
from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import Store, WriteEvent
from tests.api import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    registry.register(samples.WIDGET, samples.POOL)
    return Store()


def _widget(name: str = "a", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "red"}, "spec": spec}


def test_writes_are_numbered_in_order(store: Store) -> None:
    first = store.create("widgets", _widget())
    second = store.update("widgets", {**first, "spec": {**first["spec"], "size": 5}})
    assert int(second["metadata"]["resourceVersion"]) == int(first["metadata"]["resourceVersion"]) + 1
    assert store.get("widgets", "red", "a") == second
    assert store.get_by_uid(first["metadata"]["uid"]) == second
    with pytest.raises(Conflict):
        store.update("widgets", first)
    with pytest.raises(AlreadyExists):
        store.create("widgets", _widget())
    with pytest.raises(NotFound):
        store.delete("widgets", "red", "none")


def test_subscribers_are_told_inside_the_transaction(store: Store) -> None:
    told: list[WriteEvent] = []
    store.subscribe(told.append)
    made = store.create("widgets", _widget())
    store.create("widgets", _widget("dry"), dry_run=True)
    store.update_status("widgets", "red", "a", lambda d: d["status"].update(phase="Up"))
    store.update_status("widgets", "red", "a", lambda d: d["status"].update(phase="Up"))
    store.delete("widgets", "red", "a")
    assert [(e.type, e.kind.plural, e.new["status"]["phase"]) for e in told] == [
        ("ADDED", "widgets", "Pending"),
        ("MODIFIED", "widgets", "Up"),
        ("DELETED", "widgets", "Up"),
    ]
    assert told[0].old is None
    assert told[1].old is not None
    assert told[1].old["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_a_failing_subscriber_undoes_the_write(store: Store) -> None:
    def refuse(event: WriteEvent) -> None:
        raise Invalid("widgets", "a", [])

    store.subscribe(refuse)
    before = changes.position()
    with pytest.raises(Invalid):
        store.create("widgets", _widget())
    assert store.get("widgets", "red", "a") is None
    assert changes.position() == before


def test_several_writes_in_one_transaction(store: Store) -> None:
    with store.transaction():
        made = store.create("widgets", _widget())
        made["spec"]["size"] = 9
        store.update("widgets", made)
        with pytest.raises(Invalid):
            store.create("widgets", _widget("b", size=-1))
        store.create("widgets", _widget("c"))
    versions = {
        d["metadata"]["name"]: int(d["metadata"]["resourceVersion"]) for d in store.list("widgets", "red")
    }
    assert versions["c"] == versions["a"] + 1
    log = changes.since(versions["a"] - 2, plural="widgets")
    assert [(c.type, c.name) for c in log] == [("ADDED", "a"), ("MODIFIED", "a"), ("ADDED", "c")]


def test_status_is_the_platforms_and_spec_is_not(store: Store) -> None:
    store.create("widgets", _widget(size=3))

    def change(document: dict[str, Any]) -> None:
        document["status"]["phase"] = "Up"
        document["spec"]["size"] = 99
        document["metadata"]["annotations"] = {"seen": "yes"}

    after = store.update_status("widgets", "red", "a", change)
    assert after is not None
    assert after["spec"]["size"] == 3
    assert after["metadata"]["annotations"] == {"seen": "yes"}
    assert after["metadata"]["generation"] == 1
    assert store.update_status("widgets", "red", "none", change) is None


def test_lists_by_label_and_owner(store: Store) -> None:
    owner = store.create("pools", {"metadata": {"name": "p", "namespace": "red"}})
    reference = {"apiVersion": "sample.dev/v1", "kind": "Pool", "name": "p", "uid": owner["metadata"]["uid"]}
    mine = _widget("mine")
    mine["metadata"] |= {"ownerReferences": [reference], "labels": {"tier": "web"}}
    store.create("widgets", mine)
    store.create("widgets", _widget("other"))

    def names(**wanted: Any) -> list[str]:
        return [d["metadata"]["name"] for d in store.list("widgets", "red", **wanted)]

    assert names() == ["mine", "other"]
    assert names(labels={"tier": "web"}) == ["mine"]
    assert names(owner_uid=owner["metadata"]["uid"]) == ["mine"]


def test_secrets_are_beside_the_document(store: Store) -> None:
    made = store.create("widgets", _widget(password="hunter2"))
    assert "password" not in made["spec"]
    assert store.secrets(made["metadata"]["uid"]) == {"spec": {"password": "hunter2"}}
    row = StoredObject.objects.get(uid=made["metadata"]["uid"])
    assert "hunter2" not in str(row.document)
    with pytest.raises(Invalid) as refused:
        store.create("widgets", _widget("b", password=["hunter3"]))
    assert "hunter3" not in str(refused.value.status())
    store.delete("widgets", "red", "a")
    assert store.secrets(made["metadata"]["uid"]) == {}


def test_events_count_and_are_trimmed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = store.create("widgets", _widget())
    for _ in range(3):
        store.record_event(made, "Warning", "Blocked", "cores short by 12")
    store.record_event(made, "Normal", "Ready", "all is well")
    counts = {e["reason"]: e["count"] for e in store.list("events", "red")}
    assert counts == {"Blocked": 3, "Ready": 1}
    store.trim()
    assert len(store.list("events", "red")) == 2
    StoredObject.objects.filter(plural="events").update(updated="2020-01-01T00:00:00Z")
    store.trim()
    assert store.list("events", "red") == []
