"""How objects in OpenStack show whose they are.

Up to 2024.2 Neutron tags most objects only after they were made, and a caller can be killed in between. The
description is written in the same request: `slipway kind=machine installation=... owner=...`. Both are read; either
is enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags, carries
from slipway.kernel.conditions import timestamp

SPACE: Final = "slipway"
_LONGEST: Final = 255  # of a description, in Neutron
_LONGEST_TAG: Final = 60  # in Nova, and in Neutron up to Zed
_DISPENSABLE: Final = ("tenant", "owner")  # left out of a description that would be too long; tags have them


@dataclass(frozen=True, slots=True)
class Mark:
    """What an object says of itself; `kind` empty when it is not Slipway's."""

    kind: str
    name: str
    tags: Tags

    def is_(self, kind: OutsideKind, name: str) -> bool:
        """Whether it is that object, or a part of it."""
        return (self.kind, self.name) == (kind.value, name)

    def belongs_to(self, tags: Tags) -> bool:
        """Whether it is Slipway's and carries all of `tags`."""
        return bool(self.kind) and carries(self.tags, tags)

    def of(self, found: Any) -> OutsideObject:
        """What a sweep says of the object that carries this mark."""
        return OutsideObject(OutsideKind(self.kind), self.name, self.tags, made_at(found))


def words(kind: OutsideKind, name: str, tags: Tags) -> list[str]:
    """The tags of an object: ours in OpenStack's spelling, without the slash that is forbidden there."""
    return [SPACE, *_short(_pairs(kind, name, tags))]


def description(kind: OutsideKind, name: str, tags: Tags) -> str:
    """The same in one line."""
    pairs = _pairs(kind, name, tags)
    for key in ("", *_DISPENSABLE):
        pairs.pop(key, None)
        line = " ".join((SPACE, *(f"{k}={v}" for k, v in pairs.items())))
        if len(line) <= _LONGEST:
            break
    return line[:_LONGEST]


def read(found_object: Any) -> Mark:
    """The mark of a Neutron or Octavia object, a project, a credential (no tags) or an image (no description)."""
    found: dict[str, str] = {}
    space, *pairs = (getattr(found_object, "description", "") or "").split(" ")
    if space == SPACE:
        found = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    for tag in getattr(found_object, "tags", None) or ():
        key, is_pair, value = tag.partition("=")
        if is_pair and key.startswith(f"{SPACE}:"):
            found[key.removeprefix(f"{SPACE}:")] = value
    return _mark(found)


def metadata(kind: OutsideKind, name: str, tags: Tags) -> dict[str, str]:
    """The mark of a server or volume."""
    return {f"{SPACE}:{key}": value for key, value in _pairs(kind, name, tags).items()}


def read_metadata(entries: Mapping[str, str] | None) -> Mark:
    """The mark back from a server's or volume's metadata."""
    prefix = f"{SPACE}:"
    found = {k.removeprefix(prefix): v for k, v in (entries or {}).items() if k.startswith(prefix)}
    return _mark(found)


def volume_cluster(entries: Mapping[str, str] | None) -> str:
    """The cluster for which its own storage driver made a volume: it is told to write the cluster's uid there."""
    return (entries or {}).get("cinder.csi.openstack.org/cluster", "")


def server_tags(tags: Tags) -> list[str]:
    """What Nova can select servers by. Whoever selects compares the metadata too."""
    return _short({key.removeprefix("slipway/"): value for key, value in tags.items()})


def of_kind(objects: Iterable[Any], kind: OutsideKind, name: str) -> list[Any]:
    """Those that are that object or a part of it, the oldest first."""
    return sorted((one for one in objects if read(one).is_(kind, name)), key=age)


def age(one: Any) -> tuple[str, str]:
    """Sorts the oldest first; of two of one name everyone then keeps the same."""
    return str(one.created_at or ""), str(one.id)


def made_at(one: Any, since: str = "created_at") -> str:
    """When it was made, as Kubernetes writes it: each service has its own form. Projects do not say."""
    said = str(getattr(one, since, None) or getattr(one, "created_at", None) or "")
    return timestamp(datetime.fromisoformat(said).replace(tzinfo=UTC)) if said else ""


def older(one: Any, than: timedelta, since: str = "created_at") -> bool:
    """Whether it is that old; whoever does not say is young."""
    at = made_at(one, since)
    return bool(at) and datetime.now(UTC) - datetime.fromisoformat(at) > than


def _pairs(kind: OutsideKind, name: str, tags: Tags) -> dict[str, str]:
    own = {key.removeprefix("slipway/"): value for key, value in tags.items()}
    return {"kind": kind.value, "name": name, **own}


def _short(pairs: Mapping[str, str]) -> list[str]:
    """The pairs as tags, less those that are too long for one."""
    tags = (f"{SPACE}:{key}={value}" for key, value in pairs.items())
    return [tag for tag in tags if len(tag) <= _LONGEST_TAG]


def _mark(found: dict[str, str]) -> Mark:
    kind, name = found.pop("kind", ""), found.pop("name", "")
    return Mark(kind, name, {f"slipway/{key}": value for key, value in found.items()})
