"""What the words of the cloud's services mean: the table behind `failures`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from provisioning.drivers.errors import (
    Conflict,
    DriverError,
    Exhausted,
    Invalid,
    Misconfigured,
    QuotaExceeded,
    Unavailable,
)


@dataclass(frozen=True, slots=True)
class Saying:
    """Words of a service, and what they mean. Named groups of the words may be used in the message."""

    words: re.Pattern[str]
    kind: Callable[..., DriverError]
    message: str  # follows "cannot make machine m: "
    field: str = ""


_NO_ROOM: Final = (
    (r"Quota exceeded for resources: \['(?P<what>\w+)'", "the project's quota of {what} is used up"),
    (r"Quota has been met for resources: (?P<what>[\w ]+)", "the project's quota is used up: {what}"),
    (r"[Mm]aximum number of ports exceeded", "the project's quota of ports is used up"),
    (r"VolumeLimitExceeded: .*\((?P<limit>\d+)\)", "all {limit} volumes of the project's quota are used"),
    (
        r"allowed \w+ quota\. Requested (?P<asked>\w+), quota is (?P<limit>\w+) and (?P<used>\w+)",
        "{asked} storage are asked for; {used} of the quota's {limit} are used",
        "spec.capacity",
    ),
    (r"No more IP addresses available|IpAddressGenerationFailure", "no address is left in that network"),
    (r"Quota exceeded", "the project's quota is used up"),
)
_FULL: Final = (
    (
        r"Unable to find any IP address on external network",
        "the external network has no address left",
        "spec.settings.externalNetwork",
    ),
    (r"not enough disk space on the image storage media", "Glance's storage is full"),
    (r"No valid host was found", "the cloud has no room for it"),
)
_ASKED_WRONGLY: Final = (
    (
        r"Volume type with name (?P<name>\S+) could not be found",
        "no volume type is named {name}",
        "spec.type",
    ),
    (r"Flavor .*could not be found", "there is no such flavor", "machine.flavor"),
    (r"Flavor's memory is too small", "the image needs more memory than the flavor has", "machine.memory"),
    (r"Flavor's disk is too small", "the image needs more disk than the flavor has", "machine.disk"),
)
_IN_THE_WAY: Final = (
    (r"overlaps with another subnet", "its addresses overlap another subnet", "spec.cidr"),
    (r"There are one or more ports still in use on the network", "something still uses the network"),
    (r"Router \S+ has ports? still attached", "something still uses the router"),
    (r"One or more ports have an IP allocation from this subnet", "something still uses the subnet"),
    (r"required by one or more floating IPs", "a floating IP still leads into the network"),
    (r"already has a floating IP on external network", "another floating IP leads there"),
    (r"Security Group \S+ in use", "machines still use the security group"),
    (r"Image \S+ could not be deleted because it is in use", "machines still use the image"),
    (
        r"Volume status must be .*must not be .*attached",
        "something still uses the volume, or there are snapshots of it",
    ),
    (
        r"is already using protocol (?P<what>\w+ and protocol_port \d+)",
        "{what} is taken on that load balancer",
    ),
    (r"it has children", "the load balancer still has listeners or pools"),
)
_FOR_THE_OPERATOR: Final = (
    (
        r"Could not find Application Credential",
        "the application credential was deleted or has expired",
        "spec.settings.applicationCredentialId",
    ),
    (
        r"managing additional application credentials",
        "the application credential may not make others: make it unrestricted",
        "spec.settings.applicationCredentialId",
    ),
    (r"requires authentication", "the cloud refuses the credential", "spec.settings"),
    (r"Policy doesn't allow (?P<what>\S+) to be performed", "Slipway's user may not do that there: {what}"),
    (r"requested action: (?P<what>[\w:]+)", "Slipway's user may not do that there: {what}"),
    (
        r"requested availability zone is not available",
        "there is no such zone",
        "spec.settings.availabilityZones",
    ),
    (
        r"Availability zone '(?P<what>[^']+)' is invalid",
        "Cinder has no zone {what}",
        "spec.settings.availabilityZones",
    ),
    (
        r"Can not find requested image|Image \S+ is not active|Image \S+ is unacceptable",
        "the image of machines is missing or cannot be used",
        "spec.settings.image",
    ),
    (r"over a limit for image_\w+", "the image quota of Slipway's own project is used up"),
    (r"Provider '(?P<what>[^']+)' (is not enabled|was not found)", "Octavia's provider {what} is not there"),
    (r"Invalid input for field/attribute (?P<what>[\w:-]+)", "the cloud refuses {what}"),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSL exception",
        "the cloud's certificate is not trusted",
        "spec.settings.caCertificate",
    ),
    (
        r"endpoint for [\w-]+ service.* not found|endpoint not found|[Cc]atalog is empty",
        "the cloud's catalogue does not have that service, or not in that region",
        "spec.settings.region",
    ),
)
_PASSES: Final = (
    (r"Cannot '\w+' instance", "the machine is busy with something else"),
    (r"Port \S+ is still in use", "an earlier machine still has its port"),
    (r"External network \S+ is not reachable from subnet", "the network has no way out yet"),
    (r"is immutable and cannot be updated", "the load balancer is busy with an earlier change"),
    (r"(Network|Subnet|Port) \S+ (could not be|not) found", "what it belongs to is gone, and is made again"),
)
_BY_KIND: Final = (
    (QuotaExceeded, _NO_ROOM),
    (Exhausted, _FULL),
    (Invalid, _ASKED_WRONGLY),
    (Conflict, _IN_THE_WAY),
    (Misconfigured, _FOR_THE_OPERATOR),
    (Unavailable, _PASSES),
)
SAYINGS: Final = tuple(
    Saying(re.compile(words), kind, *meaning) for kind, table in _BY_KIND for words, *meaning in table
)
FAULTS: Final = tuple(
    (re.compile(words), meaning)
    for words, meaning in (
        (r"No valid host was found", "the cloud has no room for a machine of this flavor"),
        (r"Exhausted all hosts available", "no host of the cloud could start it"),
        (
            r"Volume \S+ did not finish being created.*status is (?P<state>\w+)",
            "its root volume was not made: Cinder says {state}",
        ),
        (r"Virtual Interface creation failed", "Neutron did not connect its port in time"),
        (r"Failed to allocate the network", "Neutron did not give it its port"),
        (r"Image \S+ is (unacceptable|not active)", "its image cannot be used"),
    )
)  # why a server is in ERROR
BY_STATUS: Final[Mapping[int, tuple[Callable[..., DriverError], str]]] = {
    400: (Misconfigured, "the cloud refuses the request"),
    401: (Misconfigured, "the cloud refuses the credential"),
    403: (Misconfigured, "Slipway's user may not do that there"),
    413: (Unavailable, "the cloud is asked too much at once"),
    429: (Unavailable, "the cloud is asked too much at once"),
}
