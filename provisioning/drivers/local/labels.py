"""Docker labels: the caller's tags as `slipway.dev/...`, the driver's own as `local.slipway.dev/...`."""

from collections.abc import Mapping
from typing import Final

from provisioning.drivers.contract import Tags

KIND: Final = "local.slipway.dev/kind"  # on everything of ours: a value of OutsideKind, or PART
PART: Final = "part"  # what was made for the machine of that name: its volumes, helper containers
NAME: Final = "local.slipway.dev/name"  # the outside name of what it is, or is a part of
NETWORK: Final = "local.slipway.dev/network"
ADDRESS: Final = "local.slipway.dev/address"
DNS: Final = "local.slipway.dev/dns"
PATH: Final = "local.slipway.dev/path"

_TAG, _LABEL = "slipway/", "slipway.dev/"


def of(kind: str, name: str, tags: Tags, **notes: str) -> dict[str, str]:
    """The labels of an object; `notes` are the driver's own, by the last part of their key."""
    own = {KIND: kind, NAME: name} | {f"local.slipway.dev/{key}": value for key, value in notes.items()}
    return own | {_label(key): value for key, value in tags.items()}


def tags_of(labels: Mapping[str, str] | None) -> dict[str, str]:
    """The caller's tags back from labels."""
    return {_TAG + k.removeprefix(_LABEL): v for k, v in (labels or {}).items() if k.startswith(_LABEL)}


def filters(tags: Tags, **notes: str) -> dict[str, list[str]]:
    """An engine filter for objects of ours with all of these tags and notes."""
    wanted = [f"local.slipway.dev/{key}={value}" for key, value in notes.items()]
    return {"label": [KIND, *wanted, *(f"{_label(key)}={value}" for key, value in tags.items())]}


def is_ours(labels: Mapping[str, str] | None, tags: Tags) -> bool:
    """Whether something with these labels is ours to adopt: this driver's, for the same installation."""
    theirs = tags_of(labels).get("slipway/installation", "")
    return KIND in (labels or {}) and theirs == tags.get("slipway/installation", "")


def _label(tag: str) -> str:
    return _LABEL + tag.removeprefix(_TAG)
