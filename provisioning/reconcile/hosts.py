"""The loop of one Host: looked at, free or claimed; after a claim clean, or set aside with the reason."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from provisioning import conditions as c
from provisioning.drivers.baremetal.book import ASIDE, Entry, host_place
from provisioning.drivers.baremetal.driver import BareMetalDriver
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.baremetal.probe import HostFacts
from provisioning.kinds.common import path_of
from provisioning.reconcile.book import Book
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.outside import FINALIZER
from provisioning.reconcile.providers import open_provider
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Done, Result, Wait

Learnt = dict[str, Any]


def reconcile_host(document: Document, _: Lease) -> tuple[Result | SlipwayError, Learnt | None]:
    """One look; a fault is the outcome, beside what is known all the same."""
    name = document["metadata"]["name"]
    entry = Book(document["spec"]["provider"]).at(host_place(name))
    if document["metadata"].get("deletionTimestamp"):
        return _farewell(document, entry)
    driver = open_provider(document["spec"]["provider"]).driver
    assert isinstance(driver, BareMetalDriver)  # noqa: S101 - admission lets no other in
    learnt: Learnt = {
        "claim": _claim(entry),
        "state": _state(entry),
        "checkedAt": datetime.now(UTC).isoformat(),
    }
    try:
        found = driver.look(name, in_use=entry is not None)
        learnt |= {"facts": _facts(found), "problems": [asdict(problem) for problem in found.problems]}
        if entry is not None and entry.kind == ASIDE:
            driver.clean(entry)  # the next pass finds it free: what was in use is looked at again
            return Wait(0, c.RECONCILING, "wiped, and seen to be clean"), {
                **learnt,
                "state": "Cleaning",
                "claim": {},
            }
    except HostFault as fault:
        return _fault(fault, entry), {**learnt, "state": learnt["state"] if _claimed(entry) else "Broken"}
    if found.problems:
        said = "; ".join(str(problem) for problem in found.problems)
        return HostFault(c.HOST_UNFIT, said), {
            **learnt,
            "state": learnt["state"] if _claimed(entry) else "Broken",
        }
    return Done(), learnt


def _farewell(document: Document, entry: Entry | None) -> tuple[Result, Learnt]:
    """A host that carries something stays: its Host is the only way to it."""
    name = document["metadata"]["name"]
    if entry is not None:
        user = f"machine {entry.name}" if _claimed(entry) else "what could not be wiped yet"
        text = f"still has {user}: slipway host release {name}; this goes by itself afterwards"
        return Wait(2, c.WAITING_FOR_DEPENDANTS, text), {"claim": _claim(entry), "state": _state(entry)}
    store.remove_finalizer("hosts", "", name, FINALIZER)
    return Done(), {}


def _fault(fault: HostFault, entry: Entry | None) -> HostFault:
    """Why it was set aside matters as much as what keeps it from being cleaned."""
    if entry is None or entry.kind != ASIDE or entry.data.get("message") == fault.message:
        return fault
    first = f"set aside after machine {entry.data.get('machine')}: {entry.data.get('message')}"
    return HostFault(fault.code, f"{first}; now: {fault.message}", foreign=fault.foreign)


def _claimed(entry: Entry | None) -> bool:
    return entry is not None and entry.kind != ASIDE


def _state(entry: Entry | None) -> str:
    if entry is None:
        return "Free"
    return "Cleaning" if entry.kind == ASIDE else "Claimed"


def _claim(entry: Entry | None) -> dict[str, str]:
    """Who has it, in the tenant's own names."""
    if entry is None or entry.kind == ASIDE:
        return {}
    machine = store.get_by_uid(entry.tags.get("slipway/owner", "")) or {}
    return {
        "tenant": entry.tags.get("slipway/tenant", ""),
        "cluster": path_of(machine, "spec.cluster", ""),
        "machine": path_of(machine, "metadata.name", entry.name),
    }


def _facts(found: HostFacts) -> dict[str, str]:
    return {
        "cpu": str(found.cpu),
        "memory": f"{found.memory >> 20}Mi",
        "free": f"{found.free >> 20}Mi",
        "disks": ", ".join(f"{name} {size >> 30}Gi" for name, size in found.disks.items()),
        "system": found.system,
        "systemName": found.system_name,
        "kernel": found.kernel,
        "architecture": found.architecture,
        "hostname": found.hostname,
        "cgroup": f"v{found.cgroup}",
        "clockSkew": f"{found.skew:+.1f}s",
    }
