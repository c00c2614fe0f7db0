"""Kubeconfigs for people: short-lived, in their own name, with the groups that RBAC binds."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from cryptography import x509

from provisioning.identity.kubeconfig import issue_kubeconfig
from provisioning.identity.pki import ClusterIdentity
from provisioning.identity.roles import ROLE_GROUPS, rbac_manifest
from slipway.kernel.errors import Actor, SlipwayError

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def identity():
    return ClusterIdentity.create(now=NOW)


def client_certificate(config):
    return x509.load_pem_x509_certificate(b64decode(config["users"][0]["user"]["client-certificate-data"]))


def issue(identity, **kwargs):
    asked = {"user": "ada", "groups": [ROLE_GROUPS["viewer"]], "now": NOW} | kwargs
    return issue_kubeconfig(identity, cluster_name="web", endpoint_url="https://192.0.2.10:6443", **asked)


def test_the_certificate_names_the_person_and_the_groups(identity):
    client = client_certificate(issue(identity))
    assert client.subject.rfc4514_string() == "CN=ada,O=slipway:viewers"


def test_it_lives_eight_hours_unless_asked(identity):
    assert client_certificate(issue(identity)).not_valid_after_utc == NOW + timedelta(hours=8)
    short = client_certificate(issue(identity, valid_seconds=600))
    assert short.not_valid_after_utc == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("seconds", [0, -1, 24 * 3600 + 1])
def test_it_may_not_live_for_ever(identity, seconds):
    with pytest.raises(SlipwayError) as error:
        issue(identity, valid_seconds=seconds)
    assert error.value.actor is Actor.TENANT
    assert error.value.field == "spec.expirationSeconds"


@pytest.mark.parametrize(
    "asked", [{"user": "system:kube-scheduler"}, {"groups": [ROLE_GROUPS["viewer"], "system:masters"]}]
)
def test_nobody_becomes_a_component_of_kubernetes(identity, asked):
    with pytest.raises(SlipwayError, match="ReservedName"):
        issue(identity, **asked)


def test_the_context_is_the_current_one(identity):
    config = issue(identity)
    (context,) = config["contexts"]
    assert config["current-context"] == context["name"] == "ada@web"
    assert context["context"] == {"cluster": "web", "user": config["users"][0]["name"]}


def test_every_role_is_bound_in_the_cluster():
    documents = [d for d in yaml.safe_load_all(rbac_manifest()) if d["kind"] == "ClusterRoleBinding"]
    bound = {(s["name"], d["roleRef"]["name"]) for d in documents for s in d["subjects"]}
    assert {
        ("slipway:admins", "cluster-admin"),
        ("slipway:operators", "edit"),
        ("slipway:viewers", "view"),
    } <= bound
    assert ("slipway:viewers", "slipway:node-reader") in bound
    assert {name for name, _ in bound} == set(ROLE_GROUPS.values())
