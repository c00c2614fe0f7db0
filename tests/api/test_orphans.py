"""providers/NAME/orphans over HTTP: platform admins list and remove; nobody else; nothing but what is named."""

import sqlite3

import pytest

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.fake.cloud import FakeCloud
from tests.api.tenancy_server import API, running_web

PATH = f"{API}/providers/fake/orphans"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A web process without a worker."""
    home = tmp_path_factory.mktemp("orphans")
    with running_web(home) as client:
        settings = {"driver": "fake", "settings": {"path": str(home / "cloud.sqlite3")}}
        for plural, kind, name, spec in (
            ("providers", "Provider", "fake", settings),
            ("tenants", "Tenant", "acme", {}),
        ):
            document = {
                "apiVersion": "slipway.dev/v1",
                "kind": kind,
                "metadata": {"name": name},
                "spec": spec,
            }
            assert client("POST", f"{API}/{plural}", document)[0] == 201
        yield client


@pytest.fixture
def cloud(site):
    """Empty."""
    cloud = FakeCloud(str(site.home / "cloud.sqlite3"))
    for one in cloud.objects():
        cloud.remove(one.kind, one.name)
    return cloud


def lost(site, cloud, *names):
    tags = {"slipway/installation": installation(site), "slipway/tenant": "acme", "slipway/owner": "gone"}
    for name in names:
        cloud.put(OutsideKind.MACHINE, name, tags)


def installation(site):
    with sqlite3.connect(site.home / "slipway.sqlite3") as db:
        return db.execute("SELECT key FROM provisioning_installation").fetchone()[0]


def names(answer):
    return [item["name"] for item in answer["items"]]


def test_they_are_listed_and_those_that_are_named_are_removed(site, cloud):
    site("GET", PATH)  # the installation gets its key
    lost(site, cloud, "a", "b")
    status, listed = site("GET", PATH)
    removed = site(
        "POST", PATH, {"items": [{"kind": "machine", "name": "a"}, {"kind": "machine", "name": "x"}]}
    )

    assert (status, listed["kind"], names(listed)) == (200, "OrphanList", ["a", "b"])
    assert listed["items"][0]["tenant"] == "acme"
    assert removed[0] == 200
    assert [(one["name"], one["removed"]) for one in removed[1]["items"]] == [("a", True), ("x", False)]
    assert [one.name for one in cloud.objects()] == ["b"]
    events = site("GET", "/api/v1/events")[1]["items"]
    assert [e["message"] for e in events if e["reason"] == "OrphansRemoved"] == ["admin removed machine a"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": [{"kind": "machine", "name": "a"}, {"kind": "spaceship", "name": "a"}]}, "items[1]"),
        ({"items": ["machine/a"]}, "items[0]"),
    ],
)
def test_a_wish_that_names_nothing_is_refused_with_the_field(site, cloud, body, field):
    status, answer = site("POST", PATH, body)

    assert status == 422
    assert [cause["field"] for cause in answer["details"]["causes"]] == [field]


def test_tenants_may_not_even_look(site, cloud):
    somebody = site.token_for("acme", "ann", role="admin")

    assert somebody("GET", PATH)[0] == 403
    assert somebody("POST", PATH, {"items": [{"kind": "machine", "name": "a"}]})[0] == 403


def test_a_provider_that_does_not_answer_is_said_so(site, cloud):
    cloud.fail("sweep", error=Unavailable)
    status, answer = site("GET", PATH)

    assert (status, answer["reason"]) == (503, "ServiceUnavailable")
    assert answer["details"]["causes"][0]["reason"] == "ProviderUnavailable"


def test_an_object_for_a_tenant_that_there_is_not_says_what_to_do(site):
    document = {"apiVersion": "slipway.dev/v1", "kind": "Network", "metadata": {"name": "n"}, "spec": {}}
    status, answer = site("POST", f"{API}/namespaces/absent/networks", document)

    assert status == 404
    assert 'namespaces "absent" not found' in answer["message"]
    assert "slipway tenant create absent" in answer["message"]
