"""Whether a host gives a sign of life: its SSH server greets, without anybody logging in."""

import socket
from contextlib import suppress

from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.session import session
from provisioning.identity.ssh_access import SshAccess

_SECONDS = 2


def greets(access: SshAccess) -> bool:
    """Behind a bastion nothing less than a login tells."""
    if access.bastion:
        with session(access) as host, suppress(HostFault):
            host.user("true")
            return True
        return False
    try:
        with socket.create_connection((access.address, access.port), timeout=_SECONDS) as connection:
            connection.settimeout(_SECONDS)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False
