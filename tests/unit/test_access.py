"""The gate's whole table: every role, verb and resource, and that others' namespaces look like none."""

from dataclasses import dataclass, field

import pytest

from tenants.access import authorizer

GROUP = "slipway.dev"
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
READ = set(VERBS[:3])
DELETE = {"delete", "deletecollection"}
ALL = set(VERBS)


@dataclass
class Somebody:
    roles: dict = field(default_factory=dict)
    platform_admin: bool = False


VIEWER, OPERATOR, ADMIN = (Somebody({"a": role}) for role in ("viewer", "operator", "admin"))
STRANGER, ROOT = Somebody(), Somebody(platform_admin=True)


def verbs(user, resource, subresource="", namespace="a", name="x"):
    return {v for v in VERBS if authorizer.authorize(user, v, GROUP, resource, subresource, namespace, name)}


@pytest.mark.parametrize(
    ("resource", "subresource", "viewer", "operator", "admin"),
    [
        ("clusters", "", READ, ALL, ALL),
        ("nodepools", "", READ, ALL, ALL),
        ("networks", "", READ, ALL, ALL),
        ("storagepools", "", READ, ALL, ALL),
        ("floatingips", "", READ, ALL, ALL),
        ("backups", "", READ, ALL, ALL),
        ("machines", "", READ, READ | DELETE, READ | DELETE),
        ("runs", "", READ, READ, READ),
        ("events", "", READ, READ, READ),
        ("memberships", "", READ, READ, ALL),
        ("clusters", "status", READ, READ, READ),
        ("clusters", "kubeconfig", {"create"}, {"create"}, {"create"}),
        ("clusters", "ledger", {"get"}, {"get"}, {"get"}),
        ("clusters", "usage", {"get"}, {"get"}, {"get"}),
        ("machines", "console", {"get"}, {"get"}, {"get"}),
        ("clusters", "plan", {"get"}, {"get", "create"}, {"get", "create"}),
        ("nodepools", "scale", {"get"}, {"get", "update", "patch"}, {"get", "update", "patch"}),
        ("runs", "log", {"get"}, {"get"}, {"get"}),
        ("machines", "invented", set(), set(), set()),
    ],
)
def test_roles_inside_their_namespace(resource, subresource, viewer, operator, admin):
    assert verbs(VIEWER, resource, subresource) == viewer
    assert verbs(OPERATOR, resource, subresource) == operator
    assert verbs(ADMIN, resource, subresource) == admin
    assert verbs(STRANGER, resource, subresource) == set()
    assert verbs(ROOT, resource, subresource) == ALL


@pytest.mark.parametrize("user", [VIEWER, OPERATOR, ADMIN])
@pytest.mark.parametrize("resource", ["clusters", "nodepools", "machines", "runs", "events", "memberships"])
@pytest.mark.parametrize("subresource", ["", "status", "scale", "kubeconfig", "log"])
def test_another_tenants_namespace_gives_the_same_answers_as_none(user, resource, subresource):
    assert verbs(user, resource, subresource, namespace="b") == set()
    assert verbs(user, resource, subresource, namespace="never-made") == set()


@pytest.mark.parametrize(
    ("resource", "member", "stranger"),
    [
        ("releases", READ, READ),
        ("providers", READ, READ),
        ("hosts", set(), set()),
        ("invented", set(), set()),
    ],
)
def test_cluster_scope(resource, member, stranger):
    assert verbs(ADMIN, resource, namespace="") == member
    assert verbs(STRANGER, resource, namespace="") == stranger
    assert verbs(ROOT, resource, namespace="") == ALL


@pytest.mark.parametrize("resource", ["tenants", "namespaces"])
def test_only_ones_own_tenants_and_namespaces(resource):
    assert verbs(ADMIN, resource, namespace="", name="a") == READ
    assert verbs(ADMIN, resource, namespace="a", name="a") == READ
    assert verbs(ADMIN, resource, namespace="", name="b") == set()
    assert verbs(ADMIN, resource, namespace="a", name="b") == set()
    assert verbs(ADMIN, resource, namespace="", name="") == READ  # a list, filtered by visible_namespaces


@pytest.mark.parametrize(("user", "may"), [(VIEWER, False), (OPERATOR, False), (ADMIN, True), (ROOT, True)])
def test_tokens_are_issued_by_a_tenants_admin(user, may):
    assert authorizer.authorize(user, "create", GROUP, "tenants", "token", "", "a") is may
    assert authorizer.authorize(user, "create", GROUP, "tenants", "token", "", "b") is user.platform_admin


def test_lists_across_namespaces_are_allowed_and_filtered():
    assert verbs(VIEWER, "events", namespace="", name="") == READ
    assert authorizer.visible_namespaces(VIEWER) == {"a"}
    assert authorizer.visible_namespaces(STRANGER) == set()
    assert authorizer.visible_namespaces(ROOT) is None


def test_everybody_may_ask_about_oneself():
    for resource in ("selfsubjectaccessreviews", "selfsubjectreviews"):
        assert authorizer.authorize(STRANGER, "create", "authorization.k8s.io", resource)
        assert not authorizer.authorize(STRANGER, "list", "authorization.k8s.io", resource)
