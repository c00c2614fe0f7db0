"""What cloud-init is told: the machine's name, root's key, and the host key by which Slipway knows it."""

import base64
import json
from typing import Any

from provisioning.drivers.contract import MachineRequest


def user_data(request: MachineRequest) -> str:
    """A cloud-config in base64. It holds the private host key: no error and no log may quote it."""
    config: dict[str, Any] = {
        "hostname": request.hostname,
        "preserve_hostname": False,
        "users": [],  # nobody but root
        "disable_root": False,
        "ssh_pwauth": False,
        "ssh_authorized_keys": [request.ssh_key] if request.ssh_key else [],
    }
    if request.ssh_host_key:
        config["ssh_deletekeys"] = True
        config["ssh_keys"] = {"ed25519_private": request.ssh_host_key}
    text = "#cloud-config\n" + json.dumps(config)  # JSON is YAML
    return base64.b64encode(text.encode()).decode()
