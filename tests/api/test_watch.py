"""Watches: nothing missed, nothing twice, in order; bookmarks, streaming lists, selectors, Tables, 410."""

import threading
import time
from typing import Any

from tests.api.conftest import Api, widget


def _version(api: Api, path: str) -> str:
    return str(api.get(path).json()["metadata"]["resourceVersion"])


def _seen(events: Any) -> list[tuple[str, str]]:
    return [(e["type"], e["object"]["metadata"].get("name", "")) for e in events]


def test_watch_from_a_version(api: Api, widgets: str) -> None:
    version = _version(api, widgets)
    api.post(widgets, widget("a"))
    api.patch(f"{widgets}/a", {"spec": {"size": 5}})
    later = threading.Timer(1.0, lambda: api.delete(f"{widgets}/a"))
    later.start()
    events = list(api.watch(f"{widgets}?resourceVersion={version}", seconds=3))
    assert _seen(events) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in events]
    assert versions == sorted(set(versions))
    assert versions[0] > int(version)


def test_watch_without_a_version_begins_with_what_is_there(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a"))
    assert _seen(api.watch(widgets, seconds=1)) == [("ADDED", "a")]


def test_streaming_list_ends_with_its_bookmark(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a"))
    query = (
        "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion="
    )
    events = list(api.watch(widgets + query, seconds=1))
    assert _seen(events)[0] == ("ADDED", "a")
    bookmark = events[1]
    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert int(bookmark["object"]["metadata"]["resourceVersion"]) > 0


def test_bookmark_when_the_watch_ends(api: Api, widgets: str, pools: str) -> None:
    version = _version(api, widgets)
    threading.Timer(0.5, lambda: api.post(pools, {"metadata": {"name": "p"}})).start()
    events = list(api.watch(f"{widgets}?resourceVersion={version}&allowWatchBookmarks=true", seconds=2))
    assert [e["type"] for e in events] == ["BOOKMARK"]
    assert int(events[0]["object"]["metadata"]["resourceVersion"]) > int(version), (
        "it tells of other kinds' writes too"
    )


def test_selectors_let_objects_in_and_out(api: Api, widgets: str) -> None:
    version = _version(api, widgets)
    api.post(widgets, widget("a"))
    for labels in ({"tier": "web"}, {"tier": "web", "x": "y"}, {"tier": "db"}, {"tier": "web"}):
        api.patch(f"{widgets}/a", {"metadata": {"labels": labels}})
    api.delete(f"{widgets}/a")
    events = api.watch(f"{widgets}?resourceVersion={version}&labelSelector=tier%3Dweb", seconds=1)
    assert [kind for kind, _ in _seen(events)] == ["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"]


def test_field_selector_and_namespace_scope(api: Api, widgets: str) -> None:
    version = _version(api, widgets)
    for name in ("a", "b"):
        api.post(widgets, widget(name))
    query = f"?resourceVersion={version}&fieldSelector=metadata.name%3Db"
    assert _seen(api.watch(widgets + query, seconds=1)) == [("ADDED", "b")]
    assert _seen(api.watch("/apis/sample.dev/v1/widgets" + query, seconds=1)) == [("ADDED", "b")]
    blue = f"/apis/sample.dev/v1/namespaces/blue/widgets?resourceVersion={version}"
    assert list(api.watch(blue, seconds=1)) == []
    hidden = api.as_("member").watch(f"/apis/sample.dev/v1/widgets?resourceVersion={version}", seconds=1)
    assert list(hidden) == []


def test_tables_in_a_watch(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a", size=3))
    accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    (event,) = api.watch(widgets, seconds=1, headers=accept)
    assert event["object"]["kind"] == "Table"
    assert event["object"]["rows"][0]["cells"][:2] == ["a", 3]


def test_namespaces_are_watched_like_their_source(api: Api) -> None:
    version = _version(api, "/api/v1/namespaces")
    name = f"w-{time.time_ns()}"
    api.post("/apis/sample.dev/v1/tenants", {"metadata": {"name": name}})
    events = [
        e
        for e in api.watch(f"/api/v1/namespaces?resourceVersion={version}", seconds=1)
        if e["object"]["metadata"]["name"] == name
    ]
    assert [(e["type"], e["object"]["kind"]) for e in events] == [("ADDED", "Namespace")]


def test_too_old_and_impossible_versions_are_gone(api: Api, widgets: str, platform) -> None:
    version = _version(api, widgets)
    for i in range(3):
        api.post(widgets, widget(f"a{i}"))
    token = api.get(f"{widgets}?limit=1").json()["metadata"]["continue"]
    api.post(widgets, widget("b"))
    platform("trim", "0")
    for path in (f"?watch=true&resourceVersion={version}", f"?limit=1&continue={token}"):
        answer = api.get(widgets + path)
        assert (answer.status_code, answer.json()["reason"]) == (410, "Expired")
    assert api.get(f"{widgets}?watch=true&resourceVersion=99999999").status_code == 410
    now = _version(api, widgets)
    api.post(widgets, widget("c"))
    assert _seen(api.watch(f"{widgets}?resourceVersion={now}", seconds=1)) == [("ADDED", "c")]
