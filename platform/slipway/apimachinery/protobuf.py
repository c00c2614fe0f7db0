"""The one protobuf message that kubectl insists on: SelfSubjectAccessReview, in Kubernetes' envelope."""

from collections.abc import Iterator

from slipway.apimachinery.errors import BadRequest

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"

_MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# field numbers of the published .proto files
_ENVELOPE_RAW = 2
_REVIEW_SPEC = 2
_SPEC_RESOURCE, _SPEC_NON_RESOURCE = 1, 2
_RESOURCE_FIELDS = {
    1: "namespace",
    2: "verb",
    3: "group",
    4: "version",
    5: "resource",
    6: "subresource",
    7: "name",
}
_NON_RESOURCE_FIELDS = {1: "path", 2: "verb"}


def self_subject_access_review(body: bytes) -> dict[str, dict[str, str]]:
    """The review's spec as its JSON form has it."""
    if not body.startswith(_MAGIC):
        raise BadRequest("the body is not Kubernetes protobuf")
    review = _field(body[len(_MAGIC) :], _ENVELOPE_RAW)
    spec = _field(review, _REVIEW_SPEC)
    resource, other = _field(spec, _SPEC_RESOURCE), _field(spec, _SPEC_NON_RESOURCE)
    if resource:
        return {"resourceAttributes": _texts(resource, _RESOURCE_FIELDS)}
    return {"nonResourceAttributes": _texts(other, _NON_RESOURCE_FIELDS)}


def _field(message: bytes, number: int) -> bytes:
    return next((value for n, value in _fields(message) if n == number), b"")


def _texts(message: bytes, names: dict[int, str]) -> dict[str, str]:
    try:
        return {names[n]: value.decode() for n, value in _fields(message) if n in names and value}
    except UnicodeDecodeError:
        raise BadRequest("the protobuf body is not valid") from None


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields of a message; numbers are skipped."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        wire = tag & 7
        if wire == _VARINT:
            _, at = _varint(message, at)
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        elif wire == _BYTES:
            length, at = _varint(message, at)
            if at + length > len(message):
                raise BadRequest("the protobuf body ends too early")
            yield tag >> 3, message[at : at + length]
            at += length
        else:
            raise BadRequest("the protobuf body is not valid")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(message):
            raise BadRequest("the protobuf body ends too early")
        value |= (message[at] & 0x7F) << shift
        at += 1
        if message[at - 1] < 0x80:
            return value, at
    raise BadRequest("the protobuf body is not valid")
