"""What a look at a host says: its facts, and what is missing for it to be a node. Pure, but for the look itself."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from provisioning.drivers.baremetal.scripts import script
from provisioning.drivers.baremetal.session import Session
from slipway.kernel import quantity

PORTS: Final = (2379, 2380, 6443, 6444, 10250, 10257, 10259)
SKEW: Final = 5.0  # seconds: certificates and etcd's leases live by the clock
LEAST_MEMORY: Final = 900 << 20  # what a machine of 1 GiB has left of it
LEAST_DISK: Final = 4 << 30  # of /var/lib: programs, images, and some room for pods
SYSTEMS: Final = ("debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04")
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the host from being a node, and what mends it."""

    check: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.message}: {self.mend}"


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What was found on a host."""

    system: str
    system_name: str
    kernel: str
    architecture: str
    hostname: str
    cpu: int
    memory: int
    free: int
    disks: Mapping[str, int]
    cgroup: int
    skew: float
    claim: str  # by which installation, for which machine
    problems: tuple[Problem, ...] = field(default=())


def look(host: Session, disks: Iterable[str] = (), *, in_use: bool) -> HostFacts:
    """One command. `disks` have to be there, and empty; what a node brings with it is no problem of a host in use."""
    before = time.time()
    said = host.root(script("probe"), *(str(port) for port in PORTS), *disks)
    return facts_from(said, (before + time.time()) / 2, in_use=in_use)


def facts_from(said: str, now: float, *, in_use: bool) -> HostFacts:
    """The facts out of the script's lines. `now` is our own clock at that moment."""
    values: dict[str, list[str]] = {}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        values.setdefault(key, []).append(value.strip())
    one = {key: found[0] for key, found in values.items()}
    skew = float(one["time"]) + 0.5 - now  # `date` cuts the fraction off
    problems = list(_problems(one, skew))
    if not in_use:
        problems += _occupied(values)
    disks = (entry.rpartition(" ") for entry in values.get("disk", []))
    return HostFacts(
        system=one["system"],
        system_name=one["systemName"],
        kernel=one["kernel"],
        architecture=ARCHITECTURES.get(one["architecture"], one["architecture"]),
        hostname=one["hostname"],
        cpu=int(one["cpu"]),
        memory=int(one["memoryKiB"]) << 10,
        free=int(one["freeKiB"]) << 10,
        disks={name: int(size) for name, _, size in disks if int(size)},
        cgroup=int(one["cgroup"]),
        skew=skew,
        claim=one.get("claim", ""),
        problems=(*problems, *_kernel(values), *_disks(values)),
    )


def _problems(one: Mapping[str, str], skew: float) -> Iterator[Problem]:
    if one["system"] not in SYSTEMS:
        yield Problem(
            "system", f"it runs {one['systemName']}", "install Debian 12 or 13, or Ubuntu 22.04 or 24.04"
        )
    if one["architecture"] not in ARCHITECTURES:
        yield Problem(
            "architecture", f"its architecture is {one['architecture']}", "use a host of amd64 or arm64"
        )
    if one["systemd"] != "yes":
        yield Problem("systemd", "systemd does not run", "boot it with systemd as init")
    if one["swap"]:
        yield Problem("swap", f"swap is on ({one['swap']})", "swapoff -a, and take it out of /etc/fstab")
    if abs(skew) > SKEW:
        yield Problem(
            "time", f"its clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}",
            "set it, and keep it by NTP (systemd-timesyncd or chrony)",
        )  # fmt: skip
    if one["resolvers"] == "0":
        text = "its only name servers are on its own loopback, where pods cannot ask them"
        yield Problem("resolvers", text, "name others in /etc/resolv.conf, or in systemd-resolved")
    if (memory := int(one["memoryKiB"]) << 10) < LEAST_MEMORY:
        yield Problem("memory", f"it has {quantity.human(memory)} of memory", "1 GiB is the least")
    if (free := int(one["freeKiB"]) << 10) < LEAST_DISK and not one.get("claim"):
        text = f"{quantity.human(free >> 20 << 20)} are free under /var/lib"
        yield Problem("disk", text, f"{quantity.human(LEAST_DISK)} are the least: make room")


def _occupied(values: Mapping[str, list[str]]) -> Iterator[Problem]:
    if ports := ", ".join(values.get("port", [])):
        yield Problem("ports", f"something listens on {ports}", "stop it: a node needs these ports")
    if units := ", ".join(values.get("runs", [])):
        yield Problem("services", f"{units} runs", "stop and disable it: a node brings its own")


def _kernel(values: Mapping[str, list[str]]) -> Iterator[Problem]:
    if controllers := ", ".join(values.get("controller", [])):
        text = f"cgroup v{values['cgroup'][0]} has no {controllers}"
        yield Problem("cgroup", text, "switch it on at boot: cgroup_enable=NAME on the kernel's command line")
    if modules := " ".join(values.get("module", [])):
        text = f"its kernel has no {modules}"
        yield Problem(
            "modules", text, "install the kernel's modules (linux-modules-extra, or a stock kernel)"
        )


def _disks(values: Mapping[str, list[str]]) -> Iterator[Problem]:
    for disk in values.get("nodisk", []):
        text = f"it has no disk {disk}, which the provider's storageTypes name"
        yield Problem("disks", text, "add it, or take it out of them")
    for held in values.get("held", []):
        disk, _, content = held.partition(" ")
        yield Problem("disks", f"disk {disk} holds {content}", f"wipefs --all {disk}, if nobody needs it")
