"""An endpoint: one stable address for the machines that answer for a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class EndpointKind(StrEnum):
    """Who answers at an endpoint's inside address."""

    VIRTUAL_IP = "virtual_ip"  # the machines have to carry it themselves
    EXTERNAL = "external"  # the provider passes connections on to the members


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """One stable address for several machines. `address` is the outside name of the address put on it.

    `members` are the inside addresses by the machines' outside names; they may be named before the machines
    are there. A member that does not answer `health` (HTTPS, 200) on `member_port` gets no connections.
    """

    name: str
    tags: Mapping[str, str]
    network: str
    address: str
    members: Mapping[str, str] = field(default_factory=dict)
    port: int = 6443
    member_port: int = 6443
    health: str = "/readyz"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint as it is: `inside` is for machines, `public` for everyone else.

    Addresses are final as soon as they are there. Not `ready`: the provider still works on it, ask again.
    """

    name: str
    kind: EndpointKind
    inside: str
    public: str
    ready: bool = True
