"""A cluster's application credential: what it may, whose it is, and that it is never lost or left behind."""

import pytest

from provisioning.drivers.contract import Driver, OutsideKind
from provisioning.drivers.credential import CredentialRequest
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack import scope
from provisioning.drivers.registry import open_driver
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.identity import CREDENTIALS
from tests.support.openstack.scene import SETTINGS, TAGS, opened

REQUEST = CredentialRequest("web-credential-1", TAGS)


def test_it_is_in_the_tenants_project_with_no_more_roles_than_add_ons_need(cloud: Cloud) -> None:
    made = opened().make_credential(REQUEST)
    (row,) = cloud.rows.of(CREDENTIALS)
    project = cloud.rows.by_kind["identity/projects"][row["project_id"]]["name"]
    roles = {cloud.rows.by_kind["identity/roles"][role["id"]]["name"] for role in row["roles"]}

    assert project.startswith("slipway-demo-")
    assert roles == {"member", "load-balancer_member"}
    assert row["unrestricted"] is False
    assert (made.values["id"], made.values["secret"]) == (row["id"], row["secret"])
    assert (made.values["auth_url"], made.values["region"]) == (SETTINGS["authUrl"], "one")
    assert row["secret"] not in repr(made)


def test_one_that_is_there_is_made_again_since_its_secret_cannot_be_read(cloud: Cloud) -> None:
    first = opened().make_credential(REQUEST)
    second = opened().make_credential(REQUEST)

    assert [row["id"] for row in cloud.rows.of(CREDENTIALS)] == [second.values["id"]]
    assert first.values["secret"] != second.values["secret"]


def test_a_namesake_that_is_not_slipways_is_left_alone(cloud: Cloud) -> None:
    cloud.rows.add(CREDENTIALS, name=REQUEST.name, description="of a person", roles=[], unrestricted=True)
    opened().delete_credential(REQUEST.name, TAGS)

    assert len(cloud.rows.of(CREDENTIALS)) == 1
    assert OutsideKind.CREDENTIAL not in {one.kind for one in opened().sweep({})}


def test_one_that_was_revoked_is_missed_and_100_clusters_cost_one_call_a_minute(cloud: Cloud) -> None:
    names = [f"web-{number}" for number in range(100)]
    driver = opened()
    for name in names:
        driver.make_credential(CredentialRequest(name, TAGS))
    driver.has_credential(names[0], TAGS)
    before = len(cloud.calls)
    assert all(opened().has_credential(name, TAGS) for name in names)
    assert len(cloud.calls) == before
    cloud.rows.by_kind[CREDENTIALS].clear()
    cloud_again(cloud)

    assert not opened().has_credential(names[0], TAGS)


def test_one_that_another_process_has_just_made_is_not_taken_for_revoked(cloud: Cloud) -> None:
    driver = opened()
    assert not driver.has_credential(REQUEST.name, TAGS)
    mark = driver.make_credential(REQUEST)
    scope._clouds.clear()
    driver.has_credential(REQUEST.name, TAGS)
    driver.delete_credential(REQUEST.name, TAGS)
    elsewhere = opened()
    assert not elsewhere.has_credential(REQUEST.name, TAGS)
    cloud.rows.add(CREDENTIALS, name=REQUEST.name, description="", roles=[], unrestricted=False)

    assert mark.name == REQUEST.name
    assert elsewhere.has_credential(REQUEST.name, TAGS)


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({}, ""),
        ({"project": "shared"}, "share one project"),
        ({"project": "shared", "clusterCredentials": "always"}, ""),
        ({"clusterCredentials": "never"}, "switched them off"),
    ],
)
def test_where_tenants_share_a_project_the_operator_has_to_allow_it(
    cloud: Cloud, settings: dict[str, str], refused: str
) -> None:
    offer = opened(**settings).credential_offer

    assert offer is not None
    assert (refused in offer.refusal) if refused else offer.refusal == ""
    assert offer.lifetime.days == 30


def test_a_user_without_the_role_cannot_pass_it_on(cloud: Cloud) -> None:
    (project,) = cloud.rows.of("identity/projects", lambda row: row["name"] == "shared")
    project["roles"] = ["admin"]
    with pytest.raises(Misconfigured, match=r"needs the role member in project .* it has: admin"):
        opened(project="shared", clusterCredentials="always").make_credential(REQUEST)


def logged_in_by_credential(cloud: Cloud, *, unrestricted: bool) -> Driver:
    """Slipway's own login is an application credential."""
    role = cloud.rows.of("identity/roles", lambda row: row["name"] == "member")[0]
    (project,) = cloud.rows.of("identity/projects", lambda row: row["name"] == "shared")
    own = {"name": "own", "description": "", "roles": [{"id": role["id"]}], "unrestricted": unrestricted}
    made = cloud.rows.add(CREDENTIALS, **own, project_id=project["id"], secret="right")
    settings = {"authUrl": SETTINGS["authUrl"], "applicationCredentialId": made["id"]}
    return open_driver("openstack", settings, {"applicationCredentialSecret": "right"})


def test_slipways_own_login_may_be_an_unrestricted_one(cloud: Cloud) -> None:
    assert logged_in_by_credential(cloud, unrestricted=True).make_credential(REQUEST).values["secret"]


def test_a_restricted_one_cannot_make_others_and_the_way_out_is_said(cloud: Cloud) -> None:
    with pytest.raises(Misconfigured, match="make it unrestricted") as caught:
        logged_in_by_credential(cloud, unrestricted=False).make_credential(REQUEST)

    assert caught.value.field == "spec.settings.applicationCredentialId"


def cloud_again(cloud: Cloud) -> None:
    """A minute later: nothing is remembered."""
    scope._clouds.clear()
