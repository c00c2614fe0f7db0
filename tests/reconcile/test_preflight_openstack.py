"""Preflight in a cloud with quotas of its own: seen before a server is asked for, and gone on from by itself."""

from typing import Any

import pytest
from support.fake_site import TENANT, Site, fake_cloud

from provisioning.reconcile.phases import machines
from slipway.apimachinery.store import store
from tests.reconcile.life import condition_of, until
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import SETTINGS, enter

SHAPE = {"cpu": "2", "memory": "4Gi", "disk": "20Gi"}  # the flavor `medium`


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """No machine of it answers SSH: a cluster gets as far as its servers."""
    monkeypatch.setattr(machines, "SSH_PATIENCE", 0)
    monkeypatch.setattr("provisioning.reconcile.tools.answering", lambda *_: set())
    return enter(monkeypatch)


@pytest.fixture
def site(transactional_db: None, cloud: Cloud) -> Site:
    """A Provider `cloud` whose tenants get projects of their own."""
    made = Site(fake_cloud(""))
    spec: dict[str, Any] = {"driver": "openstack", "settings": SETTINGS, "secrets": {"password": "right"}}
    made.create("Provider", "providers", "cloud", spec, namespace="")
    made.create("Tenant", "tenants", TENANT, {"displayName": "Acme"}, namespace="")
    return made


def make(site: Site, control_planes: int = 3, workers: int = 2, **shape: str) -> None:
    machine = {"machine": shape or SHAPE}
    site.create("Cluster", "clusters", "web", {"controlPlane": {"replicas": control_planes, **machine}})
    pool = {"clusterName": "web", "replicas": workers, **machine}
    site.create("NodePool", "nodepools", "web-workers", pool)


def blocked(site: Site) -> Any:
    return until(site, lambda c: c["status"] == "True", "Blocked")


def servers(cloud: Cloud) -> int:
    return len(cloud.rows.of("compute/servers"))


@pytest.mark.parametrize(
    ("resource", "limit", "words"),
    [
        ("cores", 8, "cores short by 2 (10 needed, 8 of 8 free)"),
        ("ram", 16384, "memory short by 4Gi (20Gi needed, 16Gi of 16Gi free)"),
        ("instances", 4, "machines short by 1 (5 needed, 4 of 4 free)"),
        ("port", 7, "ports short by 1 (8 needed, 7 of 7 free)"),
        ("floatingip", 5, "floating IPs short by 1 (6 needed, 5 of 5 free)"),
        ("security_group_rule", 10, "security group rules short by 1 (11 needed, 10 of 10 free)"),
        ("server_group_members", 4, "machines of one server group short by 1 (5 needed, 4 of 4 free)"),
        ("load_balancer", 0, "load balancers short by 1 (1 needed, 0 of 0 free)"),
        ("network", 0, "networks short by 1 (1 needed, 0 of 0 free)"),
    ],
)
def test_each_service_s_quota_is_looked_at_before_anything_is_made(
    site: Site, cloud: Cloud, resource: str, limit: int, words: str
) -> None:
    enough = cloud.rows.quota[resource]
    cloud.rows.quota[resource] = limit
    make(site)
    said = blocked(site)
    assert said["reason"] == "QuotaExceeded"
    assert words in said["message"]
    assert "it goes on by itself then" in said["message"]
    assert cloud.objects() == {}
    assert not [call for call in cloud.calls if call.startswith("POST") and "tokens" not in call]
    cloud.rows.quota[resource] = enough
    site.work(lambda: servers(cloud) == 5)
    ended = condition_of(site, "Blocked")
    assert ended is not None
    assert ended["status"] == "False"


def test_a_pool_that_grows_beyond_the_quota_waits_without_a_server(site: Site, cloud: Cloud) -> None:
    make(site, 1, 1)
    site.work(lambda: servers(cloud) == 2)
    cloud.rows.quota["cores"] = 6
    site.edit("nodepools", "web-workers", lambda d: d["spec"].update(replicas=4))
    site.work(lambda: servers(cloud) == 3)
    until(site, lambda c: "cores short by 4 (4 needed, 0 of 6 free)" in c["message"], "Blocked")
    assert len(cloud.rows.of("network/ports", lambda p: p["name"].startswith("slipway-web-"))) == 3
    cloud.rows.quota["cores"] = 10
    site.work(lambda: servers(cloud) == 5)


def test_what_was_made_and_never_heard_of_is_not_short_of_itself(site: Site, cloud: Cloud) -> None:
    """The one security group that there is room for is made, and the answer is lost: the next pass adopts it."""
    cloud.rows.quota["security_group"] = 1
    cloud.fail("POST /network/v2.0/security-groups$")
    make(site, 1, 1)
    site.work(lambda: servers(cloud) == 2, passes=40)


@pytest.mark.parametrize(
    ("shape", "reason", "words", "mended"),
    [
        (
            {"flavor": "huge"},
            "InvalidRequest",
            "there is no flavor huge; there are small, medium, large",
            "huge",
        ),
        ({"cpu": "64"}, "QuotaExceeded", "no flavor has 64 cores", "giant"),
    ],
)
def test_a_flavor_that_is_missing_or_too_small(
    site: Site, cloud: Cloud, shape: dict[str, str], reason: str, words: str, mended: str
) -> None:
    cloud.rows.quota.update(cores=-1, ram=-1)
    make(site, 1, 1, **shape)
    said = blocked(site)
    assert (said["reason"], words in said["message"]) == (reason, True), said
    assert cloud.objects() == {}
    cloud.rows.add("compute/flavors", name=mended, vcpus=64, ram=65536, disk=80)
    _forget()
    site.work(lambda: servers(cloud) == 2)


def test_an_image_that_the_operator_has_to_upload(site: Site, cloud: Cloud) -> None:
    (image,) = cloud.rows.of("image/images")
    cloud.rows.remove("image/images", image["id"])
    make(site, 1, 1)
    said = blocked(site)
    assert said["reason"] == "ProviderMisconfigured"
    assert "no image is named node: upload one" in said["message"]
    assert "The operator has to mend it" in said["message"]
    assert cloud.objects() == {}
    cloud.rows.by_kind["image/images"][image["id"]] = image
    site.work(lambda: servers(cloud) == 2)


def test_a_cluster_that_waits_for_room_leaves_no_project_behind(site: Site, cloud: Cloud) -> None:
    cloud.rows.quota["cores"] = 1
    make(site)
    blocked(site)
    store.delete("clusters", TENANT, "web")
    site.work(lambda: site.get("clusters", "web") is None)
    assert not cloud.rows.of("identity/projects", lambda p: p["name"].startswith("slipway-"))


def _forget() -> None:
    """A minute passes: lists of flavors are remembered for so long."""
    from provisioning.drivers.openstack import scope

    for cloud in scope._clouds.values():
        cloud.home.memory.forget()
        for one in cloud._by_project.values():
            one.memory.forget()
