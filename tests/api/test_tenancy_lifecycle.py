"""The orderly end of a tenant, on whichever database the suite runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from slipway.apimachinery import changes
from slipway.apimachinery.errors import Forbidden
from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import store
from slipway.kernel import conditions
from tenants import actions, lifecycle, quotas
from tenants.authentication import valid_for
from tenants.models import Account, Grant, Token
from tenants.users import User

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
HOLD = "example.org/hold"


def make(plural, kind, name, namespace="", finalizers=(), **spec):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    document = {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": metadata, "spec": spec}
    made = store.create(plural, document)
    if finalizers:
        store.update_status(
            plural, namespace, name, lambda d: d["metadata"].update(finalizers=list(finalizers))
        )
    return made


def member(name, finalizers=(), role="viewer"):
    return make(
        "memberships", "Membership", name, "red", finalizers, subject={"name": f"red:{name}"}, role=role
    )


@pytest.fixture
def red():
    return make("tenants", "Tenant", "red", quota={"cpu": "16"})


def tenant():
    return store.get("tenants", "", "red")


def test_a_tenant_is_ready_until_it_ends(red):
    assert conditions.is_true(tenant(), "Ready")
    member("held", finalizers=[HOLD])
    store.delete("tenants", "", "red")
    assert conditions.find(tenant(), "Ready")["reason"] == "Terminating"


def test_an_empty_tenant_goes_at_once(red):
    store.delete("tenants", "", "red")
    assert tenant() is None


def test_watchers_are_told_of_all_that_follows_a_deletion(red):
    member("free")
    member("held", finalizers=[HOLD])
    store.delete("tenants", "", "red")
    told = [(one.name, one.type) for one in changes.since(0)]
    assert told.count(("free", "DELETED")) == 1
    last = [one.document for one in changes.since(0) if one.name == "red"][-1]
    assert last == tenant()  # with what is left

    store.remove_finalizer("memberships", "red", "held", HOLD)
    told = [(one.name, one.type) for one in changes.since(0)]
    assert told[-2:] == [("held", "DELETED"), ("red", "DELETED")]


def test_what_is_left_is_named_until_it_is_gone(red):
    member("free")
    member("held", finalizers=[HOLD])
    store.delete("tenants", "", "red")
    found = conditions.find(tenant(), lifecycle.CONTENT_GONE)
    assert (found["status"], found["message"]) == ("False", "waiting for 1 memberships")
    store.remove_finalizer("memberships", "red", "held", HOLD)
    assert tenant() is None


def test_two_that_end_the_last_objects_at_once_end_the_tenant(red):
    names = ["one", "two", "three", "four"]
    for name in names:
        member(name, finalizers=[HOLD])
    store.delete("tenants", "", "red")

    def release(name):
        store.remove_finalizer("memberships", "red", name, HOLD)
        connection.close()

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(release, names))
    assert tenant() is None


def test_events_hold_nothing_up_and_do_not_stay(red):
    about = member("held", finalizers=[HOLD])
    store.record_event(about, "Normal", "Made", "it was made")
    store.delete("tenants", "", "red")
    store.remove_finalizer("memberships", "red", "held", HOLD)
    assert tenant() is None
    assert not StoredObject.objects.filter(namespace="red").exists()


def test_accounts_tokens_and_grants_go_along(red):
    member("alice", role="admin")
    actions.issue_token(actions.create_account("alice", tenant="red"), HOUR)
    store.delete("tenants", "", "red")
    assert not Account.objects.filter(tenant="red").exists()
    assert not Token.objects.exists()
    assert not Grant.objects.exists()


def test_nothing_new_comes_into_a_tenant_that_ends_but_what_is_owned(red):
    owner = member("held", finalizers=[HOLD])
    store.delete("tenants", "", "red")
    with pytest.raises(Forbidden, match="being terminated"):
        member("late")
    reference = {
        "apiVersion": "slipway.dev/v1",
        "kind": "Membership",
        "name": "held",
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }
    owned = {
        "apiVersion": "slipway.dev/v1",
        "kind": "Membership",
        "metadata": {"name": "owned", "namespace": "red", "ownerReferences": [reference]},
        "spec": {"subject": {"name": "x"}, "role": "viewer"},
    }
    store.create("memberships", owned)
    store.remove_finalizer("memberships", "red", "held", HOLD)
    assert tenant() is None


def test_the_sweep_goes_on_where_a_dead_process_stopped(red, monkeypatch):
    member("free")
    with monkeypatch.context() as dead:
        dead.setattr(lifecycle, "_empty", lambda _: None)
        dead.setattr(lifecycle, "_finish", lambda _: None)
        store.delete("tenants", "", "red")
        assert store.get("memberships", "red", "free")
    lifecycle.sweep()
    assert tenant() is None


def test_the_highest_of_several_roles_counts(red):
    user = User("red:alice", tenant="red")
    member("alice", role="operator")
    for name, role in (("all", "viewer"), ("both", "admin")):
        make(
            "memberships",
            "Membership",
            name,
            "red",
            subject={"kind": "Group", "name": "slipway:tenant:red"},
            role=role,
        )
    assert user.roles == {"red": "admin"}


def test_a_changed_membership_changes_the_role(red):
    document = member("alice")
    document["spec"]["role"] = "operator"
    store.update("memberships", document)
    assert User("red:alice").roles == {"red": "operator"}


def test_a_dry_run_grants_nothing(red):
    document = {
        "apiVersion": "slipway.dev/v1",
        "kind": "Membership",
        "metadata": {"name": "x", "namespace": "red"},
        "spec": {"subject": {"name": "x"}, "role": "admin"},
    }
    store.create("memberships", document, dry_run=True)
    assert not Grant.objects.exists()


def test_the_locked_quota_is_the_tenants(red):
    with store.transaction():
        assert quotas.lock("red") == {"cpu": "16"}
        assert quotas.lock("gone") == {}


def test_use_is_shown_in_the_tenants_status(red):
    quotas.record("red", {"cpu": 6, "memory": 2**33})
    used = tenant()["status"]["used"]
    assert (used["cpu"], used["memory"], used["nodes"]) == ("6", "8Gi", 0)


def test_a_revoked_token_is_refused_by_this_process_at_once(red):
    text, _ = actions.issue_token(actions.create_account("alice", tenant="red"), HOUR)
    assert valid_for(text) > HOUR / 2
    assert actions.revoke_token(text) is True
    assert not valid_for(text)
    assert actions.revoke_token(text) is False
