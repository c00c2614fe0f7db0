"""The releases on offer."""

from datetime import date

import pytest

from provisioning import versions
from provisioning.bundles.images import release_images
from slipway.kernel.errors import Actor, SlipwayError


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", "1.37.2"), ("1.37.2", "1.37.2"), ("v1.36.3", "1.36.3"), ("1.36", "1.36.3"), ("v1.37", "1.37.2")],
)
def test_find(asked, found):
    assert versions.find(asked).version == found


@pytest.mark.parametrize("asked", ["1.35", "1.37.99", "latest", "1"])
def test_a_version_not_on_offer_names_the_field_and_those_that_are(asked):
    with pytest.raises(SlipwayError, match=r"1\.37\.2, 1\.36\.3") as caught:
        versions.find(asked)
    assert caught.value.code == "VersionNotOnOffer"
    assert caught.value.actor is Actor.TENANT
    assert caught.value.field == "spec.version"


def test_upgrades_go_one_minor_up_to_a_release_on_offer():
    for release in versions.RELEASES.values():
        for target in release.upgrades_to:
            assert int(versions.find(target).minor.split(".")[1]) == int(release.minor.split(".")[1]) + 1


def test_a_newer_minor_is_supported_longer():
    assert versions.find("1.37").supported_until > versions.find("1.36").supported_until > date(2026, 1, 1)


def test_every_image_is_under_our_prefix_with_a_tag_of_its_own():
    for release in versions.RELEASES.values():
        names = [image.reference for image in release_images(release)]
        assert len(set(names)) == len(names) == 18
        assert all(name.startswith(f"{versions.IMAGE_REPOSITORY}/") for name in names)
        assert not [name for name in names if name.endswith((":latest", ":"))]
