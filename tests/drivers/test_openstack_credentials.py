"""A cluster's application credential in a real Keystone: what it opens, what it does not, and its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from keystoneauth1.exceptions import HttpError
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from openstack.connection import Connection
from openstack.exceptions import ForbiddenException, HttpException

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.credential import Credential, CredentialRequest
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack.projects import project_name
from provisioning.drivers.registry import open_driver
from tests.drivers.conftest import Provider, remove_everything
from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack]


@pytest.fixture
def tenants() -> Iterator[Provider]:
    """Each tenant has a project."""
    one = Provider("openstack", {**lab.ADMIN, "image": "fake"}, lab.stop_server, secrets=lab.SECRETS)
    yield one
    remove_everything(one)


def request(one: Provider, number: int = 1) -> CredentialRequest:
    return CredentialRequest(one.name(f"credential-{number}"), one.tags())


def signed_in(made: Credential) -> Any:
    """A connection as the cluster's add-ons have it."""
    auth = v3.ApplicationCredential(
        made.values["auth_url"],
        application_credential_id=made.values["id"],
        application_credential_secret=made.values["secret"],
    )
    return Connection(session=Session(auth), region_name=made.values["region"])


def test_it_does_what_add_ons_do_in_the_tenants_project_and_no_more(tenants: Provider) -> None:
    made = tenants.open().make_credential(request(tenants))
    cloud = signed_in(made)
    project = lab.connect("admin", "admin").identity.find_project(project_name(tenants.tags()))
    access = cloud.session.auth.get_access(cloud.session)

    assert access.project_id == project.id
    assert "admin" not in access.role_names
    assert "member" in access.role_names
    volume = cloud.block_storage.create_volume(name=tenants.name("pvc"), size=1)
    cloud.block_storage.wait_for_status(volume, "available", wait=60)
    cloud.block_storage.delete_volume(volume)
    cloud.block_storage.wait_for_delete(volume, wait=60)
    assert list(cloud.compute.servers()) == []
    assert list(cloud.load_balancer.load_balancers()) == []
    with pytest.raises(ForbiddenException):
        list(cloud.compute.servers(all_projects=True))
    with pytest.raises(ForbiddenException):
        cloud.identity.create_project(name=tenants.name("project"))
    assert made.values["external_network"]


def test_it_cannot_make_another(tenants: Provider) -> None:
    made = tenants.open().make_credential(request(tenants))
    cloud = signed_in(made)
    with pytest.raises(ForbiddenException, match="managing additional application credentials"):
        cloud.identity.create_application_credential(cloud.current_user_id, name=tenants.name("child"))
    settings = {"authUrl": made.values["auth_url"], "applicationCredentialId": made.values["id"]}
    as_login = open_driver("openstack", settings, {"applicationCredentialSecret": made.values["secret"]})
    with pytest.raises(Misconfigured, match="make it unrestricted"):
        as_login.make_credential(request(tenants, 2))


def test_rotated_both_work_until_the_old_goes_and_then_it_opens_nothing(tenants: Provider) -> None:
    driver = tenants.open()
    first, second = (driver.make_credential(request(tenants, number)) for number in (1, 2))
    assert all(signed_in(made).session.get_token() for made in (first, second))
    assert {one.name for one in driver.sweep(tenants.tags())} >= {first.name, second.name}
    driver.delete_credential(first.name, tenants.tags())

    assert not driver.has_credential(first.name, tenants.tags())
    assert tenants.open().has_credential(second.name, tenants.tags())
    with pytest.raises((HttpError, HttpException)):
        signed_in(first).session.get_token()
    assert signed_in(second).session.get_token()
    driver.delete_credential(second.name, tenants.tags())
    assert OutsideKind.CREDENTIAL not in {one.kind for one in driver.sweep(tenants.tags())}
    mine = lab.connect("admin", "admin")
    left = [c.name for c in mine.identity.application_credentials(mine.current_user_id)]
    assert [name for name in left if name in (first.name, second.name)] == []


def test_made_again_under_its_name_the_one_whose_secret_was_lost_is_gone(tenants: Provider) -> None:
    driver = tenants.open()
    lost, kept = (driver.make_credential(request(tenants)) for _ in range(2))

    with pytest.raises((HttpError, HttpException)):
        signed_in(lost).session.get_token()
    assert signed_in(kept).session.get_token()


def test_one_that_the_operator_revoked_is_missed(tenants: Provider) -> None:
    driver = tenants.open()
    made = driver.make_credential(request(tenants))
    assert driver.has_credential(made.name, tenants.tags())
    mine = lab.connect("admin", "admin")
    mine.identity.delete_application_credential(mine.current_user_id, made.values["id"])
    driver.projects.cloud.home.memory.forget()  # type: ignore[attr-defined] # a minute later

    assert not driver.has_credential(made.name, tenants.tags())
