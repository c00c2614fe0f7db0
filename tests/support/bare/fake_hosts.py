"""Hosts that are not real: they answer the driver's scripts as real ones do, and can be told to fail."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.scripts import locked, script
from provisioning.identity.ssh_access import SshAccess

_NAMES = ("probe", "claim", "disks", "packages", "programs", "images", "prepared", "wipe")
_SCRIPTS = {form(name): name for name in _NAMES for form in (script, locked)}


@dataclass
class FakeHost:
    """One host, by what the driver can see of it."""

    cpu: int = 4
    memory: int = 8 << 20  # KiB
    system: str = "debian-12"
    skew: float = 0
    extra: str = ""  # more lines of the probe
    left: str = ""  # what a wipe does not get rid of
    away: bool = False
    faults: dict[str, HostFault] = field(default_factory=dict)  # by script
    claim: str = ""
    prepared: str = ""
    done: list[str] = field(default_factory=list)  # scripts, in order
    key: str = "ssh-ed25519 AAAAhost"


class FakeHosts:
    """All of them, by address. `connect` and `greets` are what the driver is opened with."""

    def __init__(self, **hosts: FakeHost) -> None:
        self.by_address = hosts
        self._lock = threading.Lock()

    @contextmanager
    def connect(self, access: SshAccess) -> Iterator["FakeSession"]:
        yield FakeSession(self.by_address[access.address], access)

    def greets(self, access: SshAccess) -> bool:
        return not self.by_address[access.address].away


class FakeSession:
    """The driver's session, as far as it is used."""

    def __init__(self, host: FakeHost, access: SshAccess) -> None:
        self._host, self._access = host, access

    def root(self, text: str, *words: str, feed: BinaryIO | None = None, seconds: float = 60) -> str:
        name, host = _SCRIPTS[text], self._host
        if host.away:
            raise HostFault("HostUnreachable", f"{self._access.address} does not answer")
        host.done.append(name)
        if name in host.faults:
            raise host.faults[name]
        answer: str = getattr(self, f"_{name}", lambda *_: "")(*words)
        return answer

    def shown_keys(self) -> tuple[str, str]:
        return self._host.key, ""

    def _probe(self, *_: str) -> str:
        host = self._host
        lines = {
            "system": host.system, "systemName": host.system, "kernel": "6.1", "architecture": "x86_64",
            "hostname": "h", "time": str(int(time.time() + host.skew)), "cpu": str(host.cpu),
            "memoryKiB": str(host.memory), "swap": "", "freeKiB": str(50 << 20), "cgroup": "2", "systemd": "yes",
            "resolvers": "1",
        }  # fmt: skip
        return "\n".join(f"{k}={v}" for k, v in lines.items()) + f"\n{host.extra}\n"

    def _claim(self, installation: str, machine: str, _: str) -> str:
        mark = f"{installation} {machine}"
        if self._host.claim not in ("", mark):
            return f"taken {self._host.claim}"
        self._host.claim = mark
        return f"ours {self._host.system} {self._host.prepared}"

    def _prepared(self, checksum: str) -> str:
        self._host.prepared = checksum
        return ""

    def _wipe(self, *_: str) -> str:
        if self._host.left:
            return f"left {self._host.left}\n"
        self._host.claim = self._host.prepared = ""
        return ""
