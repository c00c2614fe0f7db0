"""Linux capabilities by name: what a bounding set holds of them, and what an engine can be asked for."""

from typing import Final

# In the order of their bits. An engine refuses a name that it does not know.
_NAMES: Final = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
]
_KNOWN_TO_API_1_41: Final = _NAMES.index("AUDIT_READ") + 1


def holds(bounding_set: int, name: str) -> bool:
    """Whether the set has that capability."""
    return bool(bounding_set >> _NAMES.index(name) & 1)


def nameable(bounding_set: int, api_version: tuple[int, int]) -> tuple[str, ...]:
    """Every capability that the set holds and the engine knows by name."""
    known = _NAMES if api_version > (1, 41) else _NAMES[:_KNOWN_TO_API_1_41]
    return tuple(name for bit, name in enumerate(known) if bounding_set >> bit & 1)
