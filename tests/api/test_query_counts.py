"""What requests cost in queries. A list costs one, however long it is; a change here is a decision, not an accident."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from slipway.apimachinery import access
from slipway.apimachinery.kinds import registry
from slipway.apimachinery.store import store
from tests.api import samples

BASELINE = Path(__file__).with_name("query_counts.json")
WIDGETS = "/apis/sample.dev/v1/namespaces/red/widgets"
EVENTS = "/api/v1/namespaces/red/events"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
REQUESTS: dict[str, tuple[str, str, dict[str, Any] | None, str]] = {
    "list": ("GET", WIDGETS, None, ""),
    "list as a table": ("GET", WIDGETS, None, TABLE),
    "list across namespaces": ("GET", "/apis/sample.dev/v1/widgets?limit=500", None, ""),
    "list by labels": ("GET", f"{WIDGETS}?labelSelector=tier+in+(web,db)", None, ""),
    "list events about one object": ("GET", f"{EVENTS}?fieldSelector=involvedObject.name%3Dw1", None, ""),
    "get": ("GET", f"{WIDGETS}/w1", None, ""),
    "create": ("POST", WIDGETS, {"metadata": {"name": "new"}}, ""),
    "patch": ("PATCH", f"{WIDGETS}/w1", {"spec": {"size": 9}}, ""),
    "patch without a change": ("PATCH", f"{WIDGETS}/w2", {}, ""),
    "delete": ("DELETE", f"{WIDGETS}/w3", None, ""),
}  # fmt: skip


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch):
    """Requests in this process, with the stub of who may do what."""
    from slipway.apimachinery.base import ApiView
    from tests.api.access import Token

    registry.register(samples.WIDGET, samples.POOL)
    monkeypatch.setattr(ApiView, "authentication_classes", [Token])
    access.authorizer.cache_clear()
    with override_settings(
        SLIPWAY_AUTHORIZER="tests.api.access.authorizer", ROOT_URLCONF="slipway.apimachinery.urls"
    ):
        yield Client(headers={"Authorization": "Bearer root"})
    access.authorizer.cache_clear()


@pytest.mark.django_db
def test_requests_cost_what_they_did(client: Client) -> None:
    store.create("tenants", {"metadata": {"name": "red"}, "spec": {}})
    for i in range(30):
        made = store.create(
            "widgets", {"metadata": {"name": f"w{i}", "namespace": "red", "labels": {"tier": "web"}}}
        )
        store.record_event(made, "Normal", "Made", "it is there")
    counted = {}
    for what, (method, path, body, accept) in REQUESTS.items():
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Accept": accept or "application/json"}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.generic(
                method, path, json.dumps(body) if body is not None else "", kind, headers=headers
            )
        assert answer.status_code < 300, (what, answer.content)
        counted[what] = sum(1 for q in queries if "SAVEPOINT" not in q["sql"])
    assert counted == json.loads(BASELINE.read_text())
