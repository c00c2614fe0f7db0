"""Settings of the local driver."""

import os
from ipaddress import IPv4Network
from pathlib import Path

from pydantic import Field, field_validator

from provisioning.drivers.settings import DriverSettings


def _default_storage_root() -> str:
    return str(Path(os.environ.get("SLIPWAY_HOME") or "/var/lib/slipway") / "storage")


class LocalSettings(DriverSettings):
    """Where the engine is and what of this host may be used. Nothing is secret."""

    socket: str = Field(
        default="",
        description="Docker Engine API, as unix:///run/docker.sock; empty: DOCKER_HOST, or the default.",
    )
    storage_root: str = Field(
        default_factory=_default_storage_root,
        description="Directory of the host in which storage pools are made.",
    )
    address_space: str = Field(
        default="172.30.0.0/15", description="Range that networks without a cidr are taken from, /22 each."
    )

    @field_validator("address_space")
    @classmethod
    def _is_a_network(cls, value: str) -> str:
        if IPv4Network(value).prefixlen > 22:
            raise ValueError("must hold at least one /22")
        return value

    @field_validator("storage_root")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        if not Path(value).is_absolute():
            raise ValueError("must be an absolute path: the engine sees it too")
        return value
