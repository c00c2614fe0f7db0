"""Which outside sources this machine reaches."""

import http.client

from slipway.cli.doctor.tools import UPSTREAM


def upstream(timeout: float = 3) -> bool:
    """Whether Kubernetes' published files can be fetched; any honest answer will do."""
    try:
        connection = http.client.HTTPSConnection(UPSTREAM, timeout=timeout)
        connection.request("HEAD", "/release/stable.txt")
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
