"""The node's image in Glance: uploaded once, replaced when it changed, found by every tenant."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Misconfigured, Unavailable
from provisioning.drivers.image import ImageRequest, ImageSource
from provisioning.drivers.openstack.settings import OWN_IMAGE
from provisioning.reconcile.tools import RealToolbox
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import machine, opened, prepared
from tests.support.openstack.storage import add_image

NAME = "slipway-node-1.37.2"


@pytest.fixture
def request_(tmp_path: Path) -> ImageRequest:
    file = tmp_path / "disk.qcow2"
    file.write_bytes(b"disk")
    return ImageRequest("1.37.2", file, "a" * 64, disk=3 * 2**30 + 1)


def images(cloud: Cloud) -> list[dict[str, Any]]:
    return cloud.rows.of("image/images", lambda image: image["name"] == NAME)


def started_from(cloud: Cloud) -> str:
    return str(cloud.rows.of("compute/servers")[-1]["asked"]["server"]["imageRef"])


@pytest.mark.parametrize(
    ("project", "visibility"),
    [("shared", "private"), ("", "public"), ("", "community")],
)
def test_it_is_uploaded_once_and_machines_of_every_tenant_start_from_it(
    cloud: Cloud, request_: ImageRequest, project: str, visibility: str
) -> None:
    if visibility == "public":
        cloud.rows.add("identity/roles", name="publisher")
    driver = prepared(project=project, image=OWN_IMAGE)
    for _ in range(2):
        opened(project=project, image=OWN_IMAGE).ensure_image(request_)
    driver.ensure_machine(machine("m"))
    (image,) = images(cloud)

    assert driver.image_source is ImageSource.DISK
    assert (image["visibility"], image["min_disk"], image["size"]) == (visibility, 4, len(b"disk"))
    assert started_from(cloud) == image["id"]


def test_another_checksum_is_another_image_and_the_newest_is_used(
    cloud: Cloud, request_: ImageRequest
) -> None:
    driver = prepared(project="shared", image=OWN_IMAGE)
    driver.ensure_image(request_)
    driver.ensure_machine(machine("m1"))
    driver.ensure_image(ImageRequest("1.37.2", request_.path, "b" * 64))
    driver.ensure_machine(machine("m2"))

    assert [image["slipway_checksum"][0] for image in images(cloud)] == ["a", "b"]
    assert started_from(cloud) == images(cloud)[-1]["id"]


def test_what_a_killed_upload_left_is_deleted_when_nobody_can_be_at_it(
    cloud: Cloud, request_: ImageRequest
) -> None:
    driver = opened(project="shared", image=OWN_IMAGE)
    driver.ensure_image(request_)
    mine = {"name": NAME, "owner": images(cloud)[0]["owner"], "status": "saving"}
    add_image(cloud.rows, **mine, created_at="2020-01-01T00:00:00Z")
    alive = add_image(cloud.rows, **mine, created_at="2999-01-01T00:00:00Z")
    stranger = add_image(cloud.rows, **mine | {"owner": "x"}, created_at="2020-01-01T00:00:00Z")
    driver.ensure_image(request_)

    assert [image["id"] for image in images(cloud)][1:] == [alive["id"], stranger["id"]]


def test_of_two_uploads_at_once_the_first_is_kept(cloud: Cloud, request_: ImageRequest) -> None:
    driver = opened(project="shared", image=OWN_IMAGE)
    driver.ensure_image(request_)
    (first,) = images(cloud)
    add_image(cloud.rows, **{key: value for key, value in first.items() if key not in ("id", "created_at")})
    driver.ensure_image(request_)

    assert images(cloud) == [first]


@pytest.mark.parametrize("call", ["POST /image", "PUT /image"])
@pytest.mark.parametrize("status", [0, 500])
def test_an_upload_that_failed_is_made_good_by_the_next(
    cloud: Cloud, request_: ImageRequest, call: str, status: int
) -> None:
    driver = opened(project="shared", image=OWN_IMAGE)
    cloud.fail(call, status)
    with pytest.raises(Unavailable):
        driver.ensure_image(request_)
    driver.ensure_image(request_)

    assert [image["size"] for image in images(cloud) if image["status"] == "active"] == [4]


def test_an_image_that_is_not_whole_is_uploaded_again(cloud: Cloud, request_: ImageRequest) -> None:
    """The SDK sends again what was refused, but from the end of the file."""
    driver = opened(project="shared", image=OWN_IMAGE)
    driver.ensure_image(request_)
    images(cloud)[0]["size"] = 0
    driver.ensure_image(request_)

    assert [image["size"] for image in images(cloud)] == [4]


def test_an_image_of_a_strangers_project_is_not_taken_for_ours(cloud: Cloud, request_: ImageRequest) -> None:
    driver = prepared(project="shared", image=OWN_IMAGE)
    driver.ensure_image(request_)
    (own,) = images(cloud)
    add_image(cloud.rows, **own | {"id": "f" * 32, "owner": "x", "created_at": "2999-01-01T00:00:00Z"})
    driver.ensure_machine(machine("m"))

    assert started_from(cloud) == own["id"]


def test_an_image_that_the_operator_brings_is_not_asked_for(cloud: Cloud) -> None:
    RealToolbox(opened(image="node")).prepare("1.37.2")  # there is no bundle that it could be made of

    assert opened(image="node").image_source is ImageSource.OPERATOR
    assert cloud.calls == []


def test_a_sweep_tells_the_images_of_a_release_apart(cloud: Cloud, request_: ImageRequest) -> None:
    driver, ours = opened(project="shared", image=OWN_IMAGE), {"slipway/installation": "i" * 12}
    for checksum in ("a" * 64, "b" * 64):
        driver.ensure_image(replace(request_, checksum=checksum, tags=ours))
    (first, _) = images(cloud)
    add_image(cloud.rows, **first | {"id": "e" * 32, "owner": "x"})
    found = driver.sweep(ours)
    driver.delete_image(found[0].name, ours)

    assert [one.name for one in found] == [f"{NAME}@{'a' * 12}", f"{NAME}@{'b' * 12}"]
    assert {one.kind for one in found} == {OutsideKind.IMAGE}
    assert found[0].tags == {**ours, "slipway/release": "1.37.2"}
    assert "" < found[0].made_at <= found[1].made_at
    assert [image["slipway_checksum"][0] for image in images(cloud)] == ["b", "a"]
    assert driver.sweep({"slipway/installation": "another"}) == []


def test_one_that_nobody_uploaded_is_missed_by_its_name(cloud: Cloud) -> None:
    with pytest.raises(Misconfigured, match=NAME):
        prepared(image=OWN_IMAGE).ensure_machine(machine("m"))
