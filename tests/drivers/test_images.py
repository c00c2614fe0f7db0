"""The contract's obligation for images, held by every driver: one that needs none does nothing."""

from pathlib import Path

from provisioning.drivers.contract import Driver
from provisioning.drivers.image import ImageRequest, ImageSource
from tests.drivers.conftest import RELEASE, Provider


def test_an_image_that_is_not_wanted_is_not_made(provider: Provider, driver: Driver, tmp_path: Path) -> None:
    """openstack: as the suite names the image, which is then the operator's."""
    for _ in range(2):
        driver.ensure_image(ImageRequest(RELEASE, tmp_path / "none.qcow2", "a" * 64))

    assert driver.image_source is not ImageSource.DISK
    assert driver.sweep({"slipway/installation": provider.installation}) == []
