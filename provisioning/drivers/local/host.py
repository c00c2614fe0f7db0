"""Decides how machines are run from what is found on the host. Pure: reading the host is in `facts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.local import capabilities

INOTIFY: Final[Mapping[str, int]] = {"max_user_instances": 8192, "max_user_watches": 524288}
"""Counted per user over all containers; the kernel's default of 128 instances lasts for one or two nodes."""

_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_OLDEST_API: Final = (1, 41)  # Docker 20.10: the first with private cgroup namespaces


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What was found. `privileged_works` is None when it was not tried."""

    engine_version: str
    api_version: tuple[int, int]
    operating_system: str
    architecture: str
    cgroup_version: str
    storage_driver: str
    security: tuple[str, ...]  # names of the engine's security options
    cpus: int
    memory: int
    bounding_set: int
    privileged_works: bool | None = None


@dataclass(frozen=True, slots=True)
class MachineOptions:
    """How a container must be made so that systemd, containerd and kubelet run inside it."""

    privileged: bool
    capabilities: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    device_rules: tuple[str, ...] = ()
    unmask_system_paths: bool = False
    user_namespace: str = ""
    binds: tuple[str, ...] = ()
    cgroup_namespace: str = "private"


def facts_from(info: Mapping[str, Any], version: Mapping[str, Any], bounding_set: int) -> HostFacts:
    """The facts out of the engine's own documents."""
    major, minor = str(version["ApiVersion"]).split(".")
    return HostFacts(
        engine_version=str(version["Version"]),
        api_version=(int(major), int(minor)),
        operating_system=str(info["OSType"]),
        architecture=str(info["Architecture"]),
        cgroup_version=str(info.get("CgroupVersion") or "1"),
        storage_driver=str(info["Driver"]),
        security=tuple(_option_name(option) for option in info.get("SecurityOptions") or ()),
        cpus=int(info["NCPU"]),
        memory=int(info["MemTotal"]),
        bounding_set=bounding_set,
    )


def require_supported(facts: HostFacts) -> None:
    """Misconfigured, with the way out, when machines cannot run here at all."""
    if facts.operating_system != "linux":
        raise Misconfigured(f"machines need an engine on Linux, this one is on {facts.operating_system}")
    if facts.architecture not in _ARCHITECTURES:
        raise Misconfigured(f"there are no bundles for {facts.architecture}, only for amd64 and arm64")
    if facts.api_version < _OLDEST_API:
        raise Misconfigured(f"Docker {facts.engine_version} is too old; install 20.10 or newer")
    if "rootless" in facts.security:
        raise Misconfigured("a rootless Docker engine cannot run machines; use one that runs as root")


def architecture(facts: HostFacts) -> str:
    """The host's architecture as images name it."""
    return _ARCHITECTURES[facts.architecture]


def options(facts: HostFacts) -> MachineOptions:
    """`--privileged` where it works, else exactly what it would have given."""
    # A kubelet on btrfs or zfs looks up the disk under its root file system by device-mapper name.
    binds = ("/dev/mapper:/dev/mapper",) if facts.storage_driver in ("btrfs", "zfs") else ()
    user_namespace = "host" if "userns" in facts.security else ""  # nested containers need real root
    if can_be_privileged(facts):
        return MachineOptions(privileged=True, binds=binds, user_namespace=user_namespace)
    return MachineOptions(
        privileged=False,
        capabilities=capabilities.nameable(facts.bounding_set, facts.api_version),
        security=_security(facts.security),
        device_rules=("a *:* rwm",),
        unmask_system_paths=True,
        user_namespace=user_namespace,
        binds=binds,
    )


def can_be_privileged(facts: HostFacts) -> bool:
    """A privileged container gets every capability: it cannot start where the engine lacks one."""
    if facts.privileged_works is not None:
        return facts.privileged_works
    return capabilities.holds(facts.bounding_set, "SYS_RESOURCE")


def inotify_short(found: Mapping[str, int]) -> dict[str, int]:
    """The inotify limits to raise, with the values they need. What could not be read is left alone."""
    return {key: least for key, least in INOTIFY.items() if found.get(key, least) < least}


def inotify_advice(short: Mapping[str, int]) -> Misconfigured:
    """What the operator has to type when the limits could not be raised from here."""
    command = "sysctl -w " + " ".join(f"fs.inotify.{key}={value}" for key, value in short.items())
    return Misconfigured(f"this host allows too few inotify watches for nodes; as root run: {command}")


def _security(offered: tuple[str, ...]) -> tuple[str, ...]:
    chosen = ["seccomp=unconfined"]
    if "apparmor" in offered:
        chosen.append("apparmor=unconfined")
    if "selinux" in offered:
        chosen.append("label=disable")
    return tuple(chosen)


def _option_name(option: str) -> str:
    """`name=seccomp,profile=default` → seccomp."""
    return option.split(",", 1)[0].removeprefix("name=")
