"""Tenants over HTTPS: tokens, roles, and that nobody sees anything of anybody else."""

import json
import sqlite3
import time
from dataclasses import dataclass

import pytest

from tests.api.tenancy_server import API, Client, running_web

pytestmark = pytest.mark.timeout(120)

KINDS = (
    "clusters",
    "nodepools",
    "networks",
    "storagepools",
    "floatingips",
    "machines",
    "runs",
    "memberships",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The administrator."""
    with running_web(tmp_path_factory.mktemp("web") / "home") as client:
        yield client


def make_tenant(root, name, **spec):
    status, answer = root("POST", f"{API}/tenants", manifest("Tenant", name, **spec))
    assert status == 201, answer


def manifest(kind, name, **spec):
    return {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


@dataclass
class Two:
    """Two tenants with something in both, and their people."""

    root: Client
    alice: Client  # admin of red
    olga: Client  # operator of red
    victor: Client  # viewer of red
    bob: Client  # admin of blue


@pytest.fixture(scope="module")
def two(root):
    make_tenant(root, "red")
    make_tenant(root, "blue")
    found = Two(
        root,
        root.token_for("red", "alice", role="admin"),
        root.token_for("red", "olga", role="operator"),
        root.token_for("red", "victor"),
        root.token_for("blue", "bob", role="admin"),
    )
    for namespace in ("red", "blue"):
        path = f"{API}/namespaces/{namespace}/memberships"
        extra = manifest("Membership", f"secret-of-{namespace}", subject={"name": "nobody"}, role="viewer")
        assert root("POST", path, extra)[0] == 201
    return found


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer slip_wrong"}, {"Authorization": "Basic eDp5"}]
)
def test_without_a_good_token_everything_is_401(root, headers):
    nobody = Client(root.home, root.port, headers=headers)
    for path in (f"{API}/tenants", f"{API}/namespaces/red/clusters", "/apis", "/openapi/v3"):
        status, answer = nobody("GET", path)
        assert status == 401
        assert (answer["kind"], answer["reason"], answer["code"]) == ("Status", "Unauthorized", 401)


@pytest.mark.parametrize("plural", KINDS)
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_anothers_namespace_answers_as_one_that_was_never_made(two, plural, verb):
    for name in ("", "/secret-of-blue", "/nothing", "/secret-of-blue/status"):
        if (verb == "POST") != (name == ""):
            continue
        body = manifest("X", name.strip("/") or "x") if verb in ("POST", "PUT", "PATCH") else None
        kind = {"content_type": "application/merge-patch+json"} if verb == "PATCH" else {}
        there = two.alice(verb, f"{API}/namespaces/blue/{plural}{name}", body, **kind)
        nowhere = two.alice(verb, f"{API}/namespaces/gone/{plural}{name}", body, **kind)
        assert there[0] in (403, 405), there
        assert json.dumps(there).replace("blue", "gone") == json.dumps(nowhere).replace("blue", "gone")


def test_lists_and_watches_of_anothers_namespace_are_refused(two):
    for plural in KINDS:
        for query in ("", "?watch=true&timeoutSeconds=1"):
            there = two.alice("GET", f"{API}/namespaces/blue/{plural}{query}")
            nowhere = two.alice("GET", f"{API}/namespaces/gone/{plural}{query}")
            assert there[0] == 403
            assert json.dumps(there).replace("blue", "gone") == json.dumps(nowhere)


def test_lists_across_namespaces_show_only_ones_own(two):
    assert {ns for ns, _ in two.root.items(f"{API}/memberships")} >= {"red", "blue"}
    assert {ns for ns, _ in two.alice.items(f"{API}/memberships")} == {"red"}
    assert {ns for ns, _ in two.bob.items(f"{API}/memberships")} == {"blue"}
    assert two.alice("DELETE", f"{API}/memberships")[0] in (403, 405)


def test_tenants_and_namespaces_are_only_ones_own(two):
    for path in (f"{API}/tenants", "/api/v1/namespaces"):
        assert two.alice.items(path) == {("", "red")}
        assert two.alice("GET", f"{path}/red")[0] == 200
        there, nowhere = two.alice("GET", f"{path}/blue"), two.alice("GET", f"{path}/gone")
        assert there[0] == 403
        assert json.dumps(there).replace("blue", "gone") == json.dumps(nowhere)
    assert two.alice("POST", f"{API}/tenants", manifest("Tenant", "mine"))[0] == 403
    assert two.alice("DELETE", f"{API}/tenants/red")[0] == 403


def test_a_watch_across_namespaces_shows_only_ones_own(two):
    for path in (f"{API}/memberships", f"{API}/tenants", "/api/v1/namespaces"):
        seen = [e["object"]["metadata"] for e in two.alice.watch(path, seconds=1) if e["type"] != "BOOKMARK"]
        assert seen
        assert {m.get("namespace") or m["name"] for m in seen} == {"red"}


def test_a_watch_does_not_show_what_changes_elsewhere(two):
    path = f"{API}/memberships"
    version = two.alice("GET", path)[1]["metadata"]["resourceVersion"]
    for client, namespace in ((two.bob, "blue"), (two.alice, "red")):
        new = manifest("Membership", "watched", subject={"name": "nobody"}, role="viewer")
        assert client("POST", f"{API}/namespaces/{namespace}/memberships", new)[0] == 201
    seen = [e for e in two.alice.watch(f"{path}?resourceVersion={version}", 1) if e["type"] != "BOOKMARK"]
    assert [e["object"]["metadata"]["namespace"] for e in seen] == ["red"]


@pytest.mark.parametrize(("who", "code"), [("victor", 403), ("olga", 403), ("alice", 201), ("bob", 403)])
def test_only_an_admin_says_who_is_a_member(two, who, code):
    new = manifest("Membership", f"by-{who}", subject={"name": "x"}, role="viewer")
    assert getattr(two, who)("POST", f"{API}/namespaces/red/memberships", new)[0] == code


@pytest.mark.parametrize(("who", "code"), [("victor", 403), ("olga", 422), ("alice", 422), ("bob", 403)])
def test_operators_make_and_change_what_belongs_to_the_tenant(two, who, code):
    client, path = getattr(two, who), f"{API}/namespaces/red/floatingips"
    new = manifest("FloatingIP", f"ip-of-{who}", provider="nowhere")
    status, answer = client("POST", path, new)
    assert status == code, answer  # 422: past the gate, and then there is no such provider
    if code == 403:
        patch = {"metadata": {"labels": {"a": "b"}}}
        for verb, body in (("PUT", new), ("PATCH", patch), ("DELETE", None)):
            kind = {"content_type": "application/merge-patch+json"} if verb == "PATCH" else {}
            assert client(verb, f"{path}/any", body, **kind)[0] == 403


def test_a_membership_works_at_once_and_ends_at_once(two):
    carol = two.root.token_for("blue", "carol")
    assert carol("GET", f"{API}/namespaces/red/memberships")[0] == 403
    path = f"{API}/namespaces/red/memberships"
    guest = manifest("Membership", "guest", subject={"name": "blue:carol"}, role="viewer")
    assert two.alice("POST", path, guest)[0] == 201
    assert carol("GET", path)[0] == 200
    assert carol.items("/api/v1/namespaces") == {("", "red"), ("", "blue")}
    assert two.alice("DELETE", f"{path}/guest")[0] == 200
    assert carol("GET", path)[0] == 403


def test_a_group_membership_counts_for_all_accounts_of_a_tenant(two):
    make_tenant(two.root, "shared")
    make_tenant(two.root, "green")
    gary = two.root.token_for("green", "gary")
    group = manifest(
        "Membership", "greens", subject={"kind": "Group", "name": "slipway:tenant:green"}, role="operator"
    )
    assert two.root("POST", f"{API}/namespaces/shared/memberships", group)[0] == 201
    assert gary("GET", f"{API}/namespaces/shared/clusters")[0] == 200
    assert two.alice("GET", f"{API}/namespaces/shared/clusters")[0] == 403


def test_a_tenants_admin_issues_tokens_only_for_accounts_of_the_tenant(two):
    impostor = two.alice.token_for("red", "admin", role="viewer")  # not the platform's account of that name
    assert impostor("GET", f"{API}/tenants/blue")[0] == 403
    assert impostor("POST", f"{API}/tenants", manifest("Tenant", "mine"))[0] == 403
    same_name = two.alice.token_for("red", "bob", role="viewer")
    assert same_name("GET", f"{API}/namespaces/blue/clusters")[0] == 403
    for who in (two.victor, two.olga, two.bob):
        assert who("POST", f"{API}/tenants/red/token", {"account": "x"})[0] == 403


def test_a_token_does_not_change_a_role(two):
    status, answer = two.alice("POST", f"{API}/tenants/red/token", {"account": "victor", "role": "admin"})
    assert status == 422
    assert answer["details"]["causes"][0]["field"] == "role"
    assert two.victor("GET", f"{API}/namespaces/red/memberships/victor")[1]["spec"]["role"] == "viewer"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "account"),
        ({"account": "Not A Label"}, "account"),
        ({"account": "x", "role": "king"}, "role"),
        ({"account": "x", "expiresIn": "for ever"}, "expiresIn"),
        ({"account": "x", "expiresIn": "400d"}, "expiresIn"),
        ({"account": "x", "expiresIn": 0}, "expiresIn"),
        ({"account": "x", "admin": True}, "admin"),
    ],
)
def test_a_wrong_token_request_names_the_field(two, body, named):
    status, answer = two.root("POST", f"{API}/tenants/red/token", body)
    assert status == 422, answer
    assert [c["field"] for c in answer["details"]["causes"]] == [named]


def test_a_token_expires(two):
    brief = two.root.token_for("red", "brief", expiresIn=2)
    assert brief("GET", f"{API}/tenants/red")[0] == 200
    time.sleep(2.1)  # shorter than a process remembers tokens: the memory knows when they end
    assert brief("GET", f"{API}/tenants/red")[0] == 401


def test_tokens_are_nowhere_on_disk(two):
    files = [p for p in two.root.home.rglob("*") if p.is_file() and p.name != "admin.kubeconfig"]
    assert any("sqlite" in p.name for p in files)
    for client in (two.root, two.alice):
        assert [p.name for p in files if client.token.encode() in p.read_bytes()] == []
    with sqlite3.connect(two.root.home / "slipway.sqlite3") as database:
        digests = [row[0] for row in database.execute("SELECT digest FROM tenants_token")]
    assert {len(d) for d in digests} == {64}


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-x", "slipway", "a.b", "x" * 64])
def test_reserved_and_impossible_names_are_refused(root, name):
    status, answer = root("POST", f"{API}/tenants", manifest("Tenant", name))
    assert status == 422
    assert answer["details"]["causes"][0]["field"] == "metadata.name"


def test_a_wrong_quota_is_refused_with_its_path(root):
    status, answer = root("POST", f"{API}/tenants", manifest("Tenant", "q", quota={"cpu": "many"}))
    assert status == 422
    assert answer["details"]["causes"][0]["field"] == "spec.quota.cpu"


def test_a_deleted_tenant_takes_its_accounts_along(root):
    make_tenant(root, "brief")
    old = root.token_for("brief", "eve", role="admin")
    assert root("DELETE", f"{API}/tenants/brief")[0] == 200
    assert root("GET", f"{API}/tenants/brief")[0] == 404
    make_tenant(root, "brief")
    assert old("GET", f"{API}/namespaces/brief/clusters")[0] == 401
    assert root.items(f"{API}/namespaces/brief/memberships") == set()
