"""The image that a machine starts from, and the disk that it is put on."""

from typing import Any

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack.marks import age
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import OpenStackSettings

_GIB = 2**30


def find(scope: Scope, release: str) -> Any:
    """The image for a release; of several of that name the newest."""
    name = scope.settings.image.replace("{release}", release)
    found = scope.recall(f"image {name}", lambda: _find(scope, name))
    if found is None:
        raise Misconfigured(
            f"no image is named {name}: upload one, or name it in the setting image",
            field="spec.settings.image",
        )
    return found


def root_disk(settings: OpenStackSettings, image: Any, disk: int) -> dict[str, Any]:
    """The part of a server's request that says where its root disk comes from."""
    if not settings.boot_from_volume:
        return {"image_id": image.id}
    size = -(-max(disk, image.size or 0, _GIB) // _GIB)
    volume: dict[str, Any] = {
        "boot_index": 0,
        "uuid": image.id,
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": size,
        "delete_on_termination": True,
    }
    if settings.volume_type:
        volume["volume_type"] = settings.volume_type
    return {"block_device_mapping": [volume]}


def _find(scope: Scope, name: str) -> Any | None:
    named = [image for image in scope.images.images(name=name) if image.status == "active"]
    if named:
        return max(named, key=age)
    return scope.images.find_image(name)  # by id
