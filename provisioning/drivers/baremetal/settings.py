"""Settings of the baremetal driver: what of the room's network may be used, and where data lies on the hosts."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import PurePosixPath

from pydantic import Field, field_validator, model_validator

from provisioning.drivers.settings import DriverSettings

_DEVICES = "/dev/"
_DISKS = "/var/lib/slipway/disks"  # as in scripts/disks.sh
_LABEL = re.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
MOST_ADDRESSES = 4096  # a typing error such as /8 must not become a list of millions


class BareMetalSettings(DriverSettings):
    """Nothing here is secret: keys and passwords belong to the hosts."""

    network: str = Field(description="The network that all hosts are in, such as 192.168.10.0/24.")
    gateway: str = Field(default="", description="Its gateway. Empty: the first address of the network.")
    addresses: tuple[str, ...] = Field(
        default=(),
        description="Addresses of that network that nothing else uses, as 192.168.10.200-192.168.10.220, or one"
        " by one: each cluster's endpoint takes one.",
    )
    patience: int = Field(
        default=300, ge=5, description="Seconds without an answer after which a host's machine is given up."
    )
    storage_root: str = Field(
        default="/var/lib/slipway/storage",
        description="Directory of the hosts under which storage pools without a type lie.",
    )
    storage_types: dict[str, str] = Field(
        default_factory=dict,
        description="Where pools of a type lie: a directory of the hosts, such as nvme: /mnt/nvme, or an empty disk of"
        " each, such as nvme: /dev/nvme1n1, which is formatted and mounted while a machine has the host.",
    )

    @field_validator("network")
    @classmethod
    def _is_a_network(cls, value: str) -> str:
        IPv4Network(value)
        return value

    @field_validator("storage_root")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        if not PurePosixPath(value).is_absolute() or value == "/":
            raise ValueError("must be an absolute path below /")
        return value

    @field_validator("storage_types")
    @classmethod
    def _are_absolute(cls, value: dict[str, str]) -> dict[str, str]:
        for name, path in value.items():
            cls._is_absolute(path)
            if path.startswith(_DEVICES) and not _LABEL.fullmatch(name):
                raise ValueError(f"{name!r} is on a disk: small letters, digits and - are for its name")
        return value

    @field_validator("addresses", mode="before")
    @classmethod
    def _one_text_is_a_list(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @model_validator(mode="after")
    def _addresses_are_in_the_network(self) -> "BareMetalSettings":
        for text in self.addresses:
            if outside := [a for a in _range(text) if a not in IPv4Network(self.network)]:
                raise ValueError(f"addresses: {outside[0]} is not in the network {self.network}")
        return self

    @property
    def disks(self) -> dict[str, str]:
        """The devices that hosts have to have, by storage type."""
        return {name: path for name, path in self.storage_types.items() if path.startswith(_DEVICES)}

    def directory(self, storage_type: str) -> str:
        """Where pools of a type lie on hosts; of none: in the storage root."""
        if not storage_type:
            return self.storage_root
        return (
            f"{_DISKS}/{storage_type}"
            if storage_type in self.disks
            else f"{self.storage_types[storage_type]}/slipway"
        )

    @property
    def router(self) -> str:
        """The gateway's address."""
        return self.gateway or str(IPv4Network(self.network)[1])

    def pool(self) -> Iterator[str]:
        """Every address that endpoints may take."""
        return (str(address) for text in self.addresses for address in _range(text))


def _range(text: str) -> list[IPv4Address]:
    first, _, last = text.partition("-")
    try:
        start, end = IPv4Address(first.strip()), IPv4Address((last or first).strip())
    except ValueError as error:
        raise ValueError(f"addresses: {error}: give 192.168.10.200-192.168.10.220, or one address") from None
    if not 0 <= int(end) - int(start) < MOST_ADDRESSES:
        raise ValueError(f"addresses: {text} must rise, and hold at most {MOST_ADDRESSES} addresses")
    return [IPv4Address(number) for number in range(int(start), int(end) + 1)]
