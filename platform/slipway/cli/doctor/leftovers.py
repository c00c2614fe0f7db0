"""What a killed engine leaves: bridges, and NAT rules that rewrite traffic between a new one's machines.

It shows as etcd peers that refuse each other and SSH that hangs: worth a look before blaming Kubernetes.
"""

import re
from collections.abc import Collection
from pathlib import Path

from slipway.cli.doctor.check import Check, ok, output_of, warning

_MASQUERADE = re.compile(r"^-A (POSTROUTING .*! -o (\S+) -j MASQUERADE.*)$", re.MULTILINE)
_BRIDGE = re.compile(r"^br-([0-9a-f]{12})$")


def checks(*, engine_answers: bool) -> list[Check]:
    """NAT rules, and bridges if an engine can say which are its own."""
    interfaces = {path.name for path in Path("/sys/class/net").iterdir()}
    found = [nat_check(output_of(["iptables", "-t", "nat", "-S", "POSTROUTING"]), interfaces)]
    if engine_answers:
        listed = output_of(["docker", "network", "ls", "--format", "{{.ID}}"]) or ""
        found.append(bridge_check(interfaces, listed.split()))
    return found


def nat_check(rules: str | None, interfaces: Collection[str]) -> Check:
    """Rules for interfaces that are not there any more."""
    if rules is None:
        return ok("stale NAT", "not looked for: iptables needs root")
    stale = [match for match in _MASQUERADE.findall(rules) if match[1] not in interfaces]
    if not stale:
        return ok("stale NAT", "none")
    mend = "; ".join(f"iptables -t nat -D {rule}" for rule, _ in stale)
    return warning(
        "stale NAT", f"{len(stale)} rules of a dead engine: they break traffic between machines", mend
    )


def bridge_check(interfaces: Collection[str], networks: Collection[str]) -> Check:
    """Docker's bridges that no network of the engine owns."""
    owned = {network[:12] for network in networks}
    bridges = {name: match[1] for name in interfaces if (match := _BRIDGE.match(name))}
    stale = sorted(name for name, network in bridges.items() if network not in owned)
    if not stale:
        return ok("stale bridges", "none")
    mend = "; ".join(f"ip link delete {name}" for name in stale)
    return warning(
        "stale bridges", f"{', '.join(stale)}: of a dead engine; their subnets cannot be used again", mend
    )
