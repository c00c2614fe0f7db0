"""The image that a machine starts from, and the disk that it is put on.

Images that Slipway made are in its own project, public or known by their id where tenants have projects of their own.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags
from provisioning.drivers.errors import Misconfigured, Unavailable
from provisioning.drivers.image import ImageRequest
from provisioning.drivers.openstack import marks
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.marks import age
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import OWN_IMAGE, OpenStackSettings

_GIB: Final = 2**30
_CHECKSUM: Final = "slipway_checksum"
_SHOWN: Final = (
    12  # characters of a checksum, in the name by which a sweep tells two images of a release apart
)
_UNFINISHED: Final = ("queued", "saving", "killed")
_LONGEST_UPLOAD: Final = timedelta(hours=1)
_FOR_ALL: Final = ("public", "community")  # the second where only the cloud's operators may publish


def is_ours(settings: OpenStackSettings) -> bool:
    """Whether Slipway makes the image: one of another name is the operator's."""
    return settings.image == OWN_IMAGE


def ensure(home: Scope, request: ImageRequest) -> None:
    """The file in Glance, once for each checksum."""
    name = OWN_IMAGE.replace("{release}", request.release)
    with alone("image", home.project_id, name):
        if not _is_there(home, name, request):
            _upload(home, name, request)
            home.memory.forget()
            if not _is_there(home, name, request):
                raise Unavailable(f"the cloud has only a part of image {name}; it is uploaded again")


def find(scope: Scope, release: str) -> Any:
    """The image for a release: Slipway's own before others of that name, and the newest."""
    name = scope.settings.image.replace("{release}", release)
    found = scope.home.memory.recall(f"image {name} for {scope.project_id}", lambda: _find(scope, name))
    if found is None:
        raise Misconfigured(
            f"no image is named {name}: upload one, or name it in the setting image",
            field="spec.settings.image",
        )
    return found


def sweep(home: Scope, tags: Tags) -> list[OutsideObject]:
    """The images that Slipway uploaded, as `NAME@CHECKSUM`."""
    found = [
        (image, marks.read(image)) for image in home.images.images(owner=home.project_id, tag=marks.SPACE)
    ]
    return [
        OutsideObject(OutsideKind.IMAGE, _full_name(image), mark.tags, marks.made_at(image))
        for image, mark in found
        if mark.kind == OutsideKind.IMAGE and mark.belongs_to(tags)
    ]


def delete(home: Scope, name: str) -> None:
    """The one that a sweep calls so."""
    for image in _own(home, name.partition("@")[0]):
        if marks.read(image).kind == OutsideKind.IMAGE and _full_name(image) == name:
            home.images.delete_image(image)
    home.memory.forget()


def root_disk(settings: OpenStackSettings, image: Any, disk: int) -> dict[str, Any]:
    """The part of a server's request that says where its root disk comes from."""
    if not settings.boot_from_volume:
        return {"image_id": image.id}
    volume: dict[str, Any] = {
        "boot_index": 0,
        "uuid": image.id,
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": volume_gib(max(disk, image.size or 0)),
        "delete_on_termination": True,
    }
    if settings.volume_type:
        volume["volume_type"] = settings.volume_type
    return {"block_device_mapping": [volume]}


def volume_gib(disk: int) -> int:
    """The size of a root disk that is a volume."""
    return -(-max(disk, _GIB) // _GIB)


def known(scope: Scope, release: str) -> tuple[str, Any | None]:
    """The image's name for a release, and the image if it is there."""
    try:
        found = find(scope, release)
    except Misconfigured:
        found = None
    return scope.settings.image.replace("{release}", release), found


def _find(scope: Scope, name: str) -> Any | None:
    own = [image for image in _own(scope.home, name) if _checksum(image) and image.status == "active"]
    named = own or [image for image in scope.images.images(name=name) if image.status == "active"]
    if named:
        return max(named, key=age)
    return scope.images.find_image(name)  # by id


def _is_there(home: Scope, name: str, request: ImageRequest) -> bool:
    """Whether all of it is. Deletes what was cut short, and the second of two uploads at once."""
    size = request.path.stat().st_size
    dead_since = (datetime.now(UTC) - _LONGEST_UPLOAD).isoformat()
    whole: list[Any] = []
    for image in _own(home, name):
        finished = image.status == "active" and _checksum(image) == request.checksum
        if finished and image.size == size:
            whole.append(image)
        elif finished or (image.status in _UNFINISHED and str(image.created_at) < dead_since):
            home.images.delete_image(image)
    for another in sorted(whole, key=age)[1:]:
        home.images.delete_image(another)
    return bool(whole)


def _own(home: Scope, name: str) -> list[Any]:
    """Whoever else has an image of that name: these are of Slipway's project."""
    return list(home.images.images(name=name, owner=home.project_id))


def _full_name(image: Any) -> str:
    return f"{image.name}@{_checksum(image)[:_SHOWN]}"


def _checksum(image: Any) -> str:
    return str((image.properties or {}).get(_CHECKSUM, ""))


def _upload(home: Scope, name: str, request: ImageRequest) -> None:
    from openstack.exceptions import ForbiddenException

    *attempts, last = _FOR_ALL if home.settings.project_per_tenant else ("private",)
    for visibility in attempts:
        try:
            return _create(home, name, request, visibility)
        except ForbiddenException:
            continue
    return _create(home, name, request, last)


def _create(home: Scope, name: str, request: ImageRequest, visibility: str) -> None:
    """The SDK deletes an upload that failed. It retries one that was refused, from where the file is then read."""
    with request.path.open("rb") as file:
        home.images.create_image(
            name,
            data=file,
            disk_format="qcow2",
            container_format="bare",
            allow_duplicates=True,
            validate_checksum=False,  # it would read the file twice more
            tags=marks.words(OutsideKind.IMAGE, name, {**request.tags, "slipway/release": request.release}),
            meta={
                "visibility": visibility,
                "min_disk": -(-request.disk // _GIB),
                _CHECKSUM: request.checksum,
            },
        )
