"""Which node image a machine of a release is made from, given what is on the host."""

from typing import Any

import pytest

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.local.engine import Engine
from provisioning.drivers.local.images import NodeImage, find_node_image, require_architecture


class StandInEngine(Engine):
    """An engine with these images, made in this order, and these volumes."""

    def __init__(self, tags: list[str], volumes: list[str]) -> None:
        super().__init__("")
        self._tags, self._volumes = tags, volumes

    @property
    def api(self) -> Any:
        return self

    def images(self, name: str) -> list[dict[str, Any]]:
        return [{"RepoTags": [f"{name}:{tag}"], "Created": at} for at, tag in enumerate(self._tags)]

    def inspect_image(self, image: str) -> dict[str, Any]:
        return {"Architecture": "amd64"}

    def find_volume(self, name: str) -> dict[str, Any] | None:
        return {"Name": name} if name in self._volumes else None


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        (["1.37.2-aaaa", "1.37.2-bbbb"], "1.37.2-bbbb"),  # the newest
        (["1.37.2-aaaa", "1.37.2"], "1.37.2-aaaa"),  # before one made by hand
        (["1.37.2", "1.36.3-cccc", "1.37.20-dddd"], "1.37.2"),  # of no other release
        (["1.37.2-aaaa", "unfinished-1.37.2-bbbb"], "1.37.2-aaaa"),  # not one in the making
        (["1.37.2-aaaa", "1.37.2-unseeded"], "1.37.2-aaaa"),  # only with its seed
    ],
)
def test_the_right_image_is_chosen(tags: list[str], chosen: str) -> None:
    volumes = [f"slipway-seed-{tag}" for tag in tags if "unseeded" not in tag]

    assert find_node_image(StandInEngine(tags, volumes), "1.37.2") == NodeImage(
        f"slipway-node:{chosen}", "amd64", f"slipway-seed-{chosen}"
    )


def test_without_one_the_command_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"slipway bundle build 1\.37\.2"):
        find_node_image(StandInEngine(["1.36.3-cccc"], ["slipway-seed-1.36.3-cccc"]), "1.37.2")


def test_an_image_for_other_machines_is_refused() -> None:
    with pytest.raises(Misconfigured, match="arm64"):
        require_architecture(NodeImage("slipway-node:x", "arm64", "seed"), "amd64")
