"""Which host a machine gets. Hosts and entries come from the book."""

import uuid
from collections import Counter
from collections.abc import Sequence

from provisioning.drivers.baremetal.book import Choice, Entry, PoolHost, host_of, host_place
from provisioning.drivers.contract import MachineRequest, OutsideKind
from provisioning.drivers.errors import QuotaExceeded
from slipway.kernel import quantity

_CLUSTER = "slipway/cluster"


def choose_host(hosts: Sequence[PoolHost], entries: Sequence[Entry], request: MachineRequest) -> Choice:
    """The smallest free host that fits, in the failure domain that has fewest of its like.

    QuotaExceeded says how many hosts there are, and why none of them will do.
    """
    taken = {entry.place for entry in entries}
    fitting = [host for host in hosts if host_place(host.name) not in taken and not _unfit(host, request)]
    if not fitting:
        raise QuotaExceeded(_nothing(hosts, taken, request), field="spec.replicas")
    crowd = _by_domain(hosts, entries, request)
    best = min(fitting, key=lambda h: (crowd[h.domain], h.cpu, h.memory, h.name))
    return Choice(
        host_place(best.name),
        {
            "id": uuid.uuid4().hex[:12],
            "network": request.network,
            "hostname": request.hostname,
            "domain": best.domain,
        },
    )


def alike(hostname: str) -> str:
    """What machines of one sort share: their names differ by a number at the end."""
    return hostname.rpartition("-")[0] or hostname


def _by_domain(hosts: Sequence[PoolHost], entries: Sequence[Entry], request: MachineRequest) -> Counter[str]:
    """How many machines of the same sort of the same cluster are in each domain."""
    domains = {host.name: host.domain for host in hosts}
    cluster = request.tags.get(_CLUSTER)
    return Counter(
        domains.get(host_of(entry), "")
        for entry in entries
        if entry.kind == OutsideKind.MACHINE
        and entry.tags.get(_CLUSTER) == cluster
        and alike(str(entry.data.get("hostname", ""))) == alike(request.hostname)
    )


def _unfit(host: PoolHost, request: MachineRequest) -> str:
    """Why a free host will not do; empty when it will."""
    if not host.fit:
        return host.why or "not looked at yet"
    if lacking := [f"{k}={v}" for k, v in request.labels.items() if host.labels.get(k) != v]:
        return f"has no label {', '.join(lacking)}"
    if host.cpu < request.cpu:
        return f"has {host.cpu:g} cores"
    if host.memory < _with_margin(request.memory):
        return f"has {quantity.human(host.memory >> 20 << 20)} of memory"
    if host.disk < request.disk:
        return f"has {quantity.human(host.disk >> 20 << 20)} free"
    return ""


def _with_margin(memory: int) -> int:
    """A host of 4 GiB shows a little less: the kernel keeps some for itself."""
    return memory - (memory >> 4)


def _nothing(hosts: Sequence[PoolHost], taken: set[str], request: MachineRequest) -> str:
    """`no free host for web-1: 3 of 5 hosts are taken; h4 has 2 cores; h5: sshd is away`."""
    free = [host for host in hosts if host_place(host.name) not in taken]
    reasons = "; ".join(f"{host.name} {_unfit(host, request)}" for host in free[:5])
    more = f"; and {len(free) - 5} more" if len(free) > 5 else ""
    used = f"{len(hosts) - len(free)} of {len(hosts)} hosts are taken"
    return (
        f"no free host for {request.hostname or request.name}: {used}{'; ' if reasons else ''}{reasons}{more}"
    )
