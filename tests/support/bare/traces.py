"""Everything that can be seen of a host from its console, to compare it with what it was before."""

from dataclasses import dataclass
from typing import Final

from tests.support.bare.rack import BareHost

_FILES: Final = "find / /var /var/lib/containerd -xdev | grep -vE '^/(proc|sys|dev)/' | sort -u"
_ELSE: Final = {
    "interface": "ls /sys/class/net",
    "mount": "awk '{print $2}' /proc/self/mounts",
    "process": "cat /proc/[0-9]*/comm 2>/dev/null",
    # on 127.0.0.11 the engine itself listens
    "listens": "awk '$4 == \"0A\" && $2 !~ /^0B00007F/ {print $2}' /proc/net/tcp /proc/net/tcp6",
    "unit": "systemctl list-unit-files --state=enabled --no-legend --plain | awk '{print $1}'",
    "failed unit": "systemctl list-units --failed --no-legend --plain | awk '{print $1}'",
    "user": "cut -d: -f1 /etc/passwd",
    "route": "awk '{print $1, $2}' /proc/net/route",
    "packet filter": "command -v nft > /dev/null && nft list ruleset | grep -E 'KUBE|CNI|cali|flannel|kube|6443'",
}
_OF_PACKAGES: Final = "cat /var/lib/dpkg/info/*.list; find /usr -lname '/etc/alternatives/*'"
_SAYS_SUDO: Final = "/.sudo_as_admin_successful"  # in the home of whoever used it
_USERS_OF_PACKAGES: Final = {"user haproxy"}
_OF_THE_SYSTEM: Final = (
    "/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/etc/alternatives", "/etc/ld.so.cache", "/run/systemd",
    "/var/lib/systemd", "/tmp/", "/var/tmp", "/run/log", "/run/user", "/usr/lib/python3", "/etc/ssl/certs",
    "/usr/share/python3", "/run/sudo", "/usr/local/lib/python", "/etc/python3", "/run/udev", "/run/dbus",
    "/run/lock/subsys",
    "/etc/modules", "/etc/inputrc", "/etc/networks", "/usr/local/share/ca-certificates", "/etc/ca-certificates.conf",
    "/etc/rc", "/var/lib/python", "/var/lib/ucf",
)  # fmt: skip
"""What packages and the system itself leave as they work: no trace of Slipway."""

_OF_UBUNTU: Final = {
    f"file {path}"
    for path in (
        "/bin.usr-is-merged", "/sbin.usr-is-merged", "/etc/localtime", "/etc/timezone",
        "/root/.cache", "/root/.cache/motd.legal-displayed",
    )
}  # fmt: skip
"""Made by its packages' scripts (base-files, tzdata), and at root's first login."""


@dataclass(frozen=True)
class Traces:
    """Lines, each of one kind; files by their path."""

    lines: frozenset[str]
    packages: frozenset[str]  # paths that packages brought

    def more_than(self, before: "Traces") -> list[str]:
        """What is there now and was not before, packages aside."""
        new = (
            self.lines
            - before.lines
            - _USERS_OF_PACKAGES
            - _OF_UBUNTU
            - {f"file {path}" for path in self.packages}
        )
        own = tuple(f"file {path}" for path in _OF_THE_SYSTEM)
        return sorted(line for line in new if not line.startswith(own) and not line.endswith(_SAYS_SUDO))


def traces(host: BareHost) -> Traces:
    lines = {f"file {path}" for path in host.run(_FILES, check=False).splitlines()}
    for what, script in _ELSE.items():
        lines |= {f"{what} {line}" for line in host.run(script, check=False).splitlines()}
    packaged = host.run(_OF_PACKAGES, check=False).splitlines()
    return Traces(
        frozenset(lines), frozenset([*packaged, *(f"/usr{path}" for path in packaged)])
    )  # /bin is /usr/bin
