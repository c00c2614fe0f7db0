"""The Docker engine: reached, of a version that is known to work, with the capabilities that nodes need."""

import json
from typing import Any

from slipway.cli.doctor.check import Check, missing, ok, output_of, warning

OLDEST, NEWEST = (20, 10), (28, 99)
SYS_RESOURCE = 24  # bit of CAP_SYS_RESOURCE


def read() -> dict[str, Any] | None:
    """`docker info`, or None if no engine answers."""
    text = output_of(["docker", "info", "--format", "{{json .}}"])
    try:
        info = json.loads(text or "")
    except json.JSONDecodeError:
        return None
    return info if isinstance(info, dict) and info.get("ServerVersion") else None


def checks(info: dict[str, Any] | None, capabilities: int) -> list[Check]:
    """Engine, version, cgroups, limits."""
    if info is None:
        return [
            missing(
                "docker",
                "no engine answers `docker info`",
                "apt-get install docker.io && systemctl start docker",
            )
        ]
    return [version_check(str(info["ServerVersion"])), cgroup_check(info), limits_check(capabilities)]


def version_check(text: str) -> Check:
    """20.10 to 28 are tried."""
    try:
        version = tuple(int(part) for part in text.split("+", maxsplit=1)[0].split(".")[:2])
    except ValueError:
        return warning("docker", f"unknown version {text}", "use Docker 20.10 to 28")
    if version < OLDEST:
        return missing("docker", f"{text} is older than 20.10", "apt-get install docker.io")
    if version > NEWEST:
        return warning(
            "docker", f"{text} is newer than what was tried (20.10 to 28)", "if machines fail, use Docker 28"
        )
    return ok("docker", text)


def cgroup_check(info: dict[str, Any]) -> Check:
    """Both work; v1 is on its way out in Kubernetes."""
    version = str(info.get("CgroupVersion") or "1")
    if version == "2":
        return ok("cgroup", "v2")
    return ok("cgroup", "v1 (nodes are told to accept it)")


def limits_check(capabilities: int) -> Check:
    """Without the right to raise limits, --privileged containers do not start; exact capabilities do."""
    if capabilities & (1 << SYS_RESOURCE):
        return ok("limits", "can be raised: machines run --privileged")
    return ok("limits", "cannot be raised (no CAP_SYS_RESOURCE): machines get exact capabilities instead")
