"""The engine's description of a machine's container, made from a request and the host's options."""

import ipaddress
from pathlib import Path
from typing import Any, Final

from provisioning.drivers.contract import MachineRequest, OutsideKind
from provisioning.drivers.local import labels
from provisioning.drivers.local.host import MachineOptions
from provisioning.drivers.local.storage import NODE_ROOT

_RESOLV_CONF: Final = Path("/etc/resolv.conf")


def var_volume(name: str) -> str:
    """All of /var but containerd's data. Named, since a label can't be put on an anonymous volume."""
    return f"{name}-var"


def containerd_volume(name: str) -> str:
    """containerd's data, with the release's images in it."""
    return f"{name}-containerd"


def container(
    request: MachineRequest,
    image: str,
    options: MachineOptions,
    network: dict[str, Any],
    address: str,
    pools: str,
) -> dict[str, Any]:
    """The body of the engine's create call. The SDK cannot build it: it knows no masked paths."""
    notes = {"network": request.network, "address": address}
    return {
        "Image": image,
        "Hostname": request.hostname,
        "Labels": labels.of(OutsideKind.MACHINE, request.name, request.tags, **notes),
        "Env": [f"DNS={' '.join(_dns(network))}"],
        "HostConfig": _host_config(request, options, pools),
        "NetworkingConfig": {"EndpointsConfig": {request.network: {"IPAMConfig": {"IPv4Address": address}}}},
    }


def _host_config(request: MachineRequest, options: MachineOptions, pools: str) -> dict[str, Any]:
    config: dict[str, Any] = {
        "Privileged": options.privileged,
        "CapAdd": list(options.capabilities),
        "SecurityOpt": list(options.security),
        "DeviceCgroupRules": list(options.device_rules),
        "CgroupnsMode": options.cgroup_namespace,
        "UsernsMode": options.user_namespace,
        "NetworkMode": request.network,
        "Tmpfs": {"/tmp": "exec", "/run": "exec"},  # noqa: S108 - the machine's own
        "Binds": [
            f"{var_volume(request.name)}:/var",
            f"{containerd_volume(request.name)}:/var/lib/containerd",
            f"{pools}:{NODE_ROOT}",
            *options.binds,
        ],
        "NanoCpus": int(request.cpu * 1e9),
        "Memory": request.memory,
        "RestartPolicy": {"Name": "unless-stopped"},  # back after the engine's or the host's restart
    }
    if options.unmask_system_paths:
        config |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return config


def _dns(network: dict[str, Any]) -> list[str]:
    """What pods ask: the network's servers, else the host's that can be reached from a container."""
    if chosen := (network["Labels"] or {}).get(labels.DNS):
        return str(chosen).split()
    lines = (line.split() for line in _RESOLV_CONF.read_text().splitlines())
    servers = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return [s for s in servers if not ipaddress.ip_address(s.split("%")[0]).is_loopback][:3]
