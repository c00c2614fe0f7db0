"""Phases Machines and Answers: every declared machine exists, runs and answers."""

import time
from collections.abc import Iterable
from typing import Any

from provisioning import conditions as c
from provisioning.drivers.contract import MachineRequest, MachineState, MachineView, OutsideKind
from provisioning.kinds.common import CLUSTER_LABEL, POOL_LABEL, ROLE_LABEL, path_of
from provisioning.kinds.node_pool import owner_reference
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.outside import LOOK_AGE
from provisioning.reconcile.phases import broken
from provisioning.reconcile.phases.endpoint import shared_name
from provisioning.reconcile.phases.parallel import in_parallel
from provisioning.reconcile.plan import MachinePlan
from provisioning.reconcile.queue import is_stale
from provisioning.reconcile.status import Problem
from provisioning.reconcile.tags import tags
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel import names, quantity
from slipway.kernel.conditions import condition, merge
from slipway.kernel.results import Done, Result, Wait

SSH_PATIENCE = 60.0
"""Seconds within one pass; a system container answers in about one, a server in about forty."""
LOOK_EVERY = 15.0
"""Seconds of it, after which it is seen whether the machines still come: a look costs a cloud that builds them dear."""
LISTEN = 5.0  # seconds of it, after which it is seen whether they are still wanted


def machines(cluster: ClusterPass) -> Result:
    """Declare what is missing, mend what is broken, make what is not there. That it answers is waited for later."""
    _declare(cluster, cluster.plan().missing)
    wanted = cluster.staying()
    _see(cluster, wanted)
    broken.make_anew(cluster, [m for m in wanted if _failed(cluster, m) and not _joined(m)])
    lost = [m for m in wanted if _is_lost(cluster, m)]
    wanted = [m for m in wanted if m not in lost]
    _replace(cluster, lost)
    paused = broken.pausing(cluster) & {m["metadata"]["name"] for m in wanted}
    _ensure(cluster, [m for m in wanted if m["metadata"]["name"] not in paused and _needs_work(cluster, m)])
    return broken.wait_for(cluster, paused) if paused else Done()


def answers(cluster: ClusterPass) -> Result:
    """New machines are waited for, as long as they come; one that is a node already must not hold up the rest."""
    began = looked = time.monotonic()
    new = [m for m in cluster.staying() if not _joined(m)]
    while silent := _silent(cluster, new, min(SSH_PATIENCE, LISTEN)):
        cluster.lease.check()
        more = time.monotonic() < began + SSH_PATIENCE and not is_stale(cluster.lease)
        if not more or time.monotonic() > looked + LOOK_EVERY:
            cluster.see_machines()
            looked = time.monotonic()
        if not more or not all(_comes(cluster, m) for m in silent):
            names = ", ".join(sorted(m["metadata"]["name"] for m in silent))
            return Wait(1, c.WAITING_FOR_MACHINES, f"{names}: made, but SSH does not answer yet")
    return Done()


def _see(cluster: ClusterPass, wanted: list[Document]) -> None:
    """A cluster at rest shares a look with others. Doubt calls for a new one, and drift for each machine's own."""
    shared = cluster.initialized and not cluster.drifted
    cluster.see_machines(LOOK_AGE if shared else 0)
    if shared and not all(_runs(cluster, m) for m in wanted):
        cluster.see_machines()
    if cluster.drifted:
        _ensure(cluster, [m for m in wanted if _runs(cluster, m)])


def _runs(cluster: ClusterPass, machine: Document) -> bool:
    view = cluster.view(machine)
    return view is not None and view.state is MachineState.RUNNING


def _declare(cluster: ClusterPass, missing: Iterable[MachinePlan]) -> None:
    """A Machine object for each: the intent, before anything is made."""
    for machine in missing:
        cluster.lease.check()
        store.create("machines", _document(cluster, machine))
    if missing:
        cluster.reload()


def _document(cluster: ClusterPass, machine: MachinePlan) -> Document:
    labels = {CLUSTER_LABEL: cluster.name, ROLE_LABEL: machine.role.replace("_", "-")}
    meta = {
        "name": machine.name,
        "namespace": cluster.namespace,
        "labels": {**labels, POOL_LABEL: machine.pool} if machine.pool else labels,
        "ownerReferences": [owner_reference(cluster.document)],
    }
    # The name outside is drawn before the object has its uid: the dirty counter makes a replacement differ.
    unique = names.short_hash(cluster.uid, machine.name, str(cluster.lease.fence))
    spec = {
        "cluster": cluster.name,
        "pool": machine.pool,
        "role": machine.role,
        "provider": cluster.provider.name,
        "machine": machine.shape,
        "outsideName": f"slipway-{machine.name}-{unique}",
    }
    return {"apiVersion": "slipway.dev/v1", "kind": "Machine", "metadata": meta, "spec": spec}


def _failed(cluster: ClusterPass, machine: Document) -> bool:
    view = cluster.view(machine)
    return view is not None and view.state is MachineState.FAILED


def _is_lost(cluster: ClusterPass, machine: Document) -> bool:
    """A node whose machine is gone or failed: what it carried does not come back with a new machine."""
    return _joined(machine) and (cluster.view(machine) is None or _failed(cluster, machine))


def _joined(machine: Document) -> bool:
    return bool(path_of(machine, "status.joined", False))


def _replace(cluster: ClusterPass, lost: list[Document]) -> None:
    """Lost machines are deleted here and made anew in a later pass; no control plane without etcd's quorum."""
    if held := _quorum_lost(cluster, [m for m in lost if m["spec"]["role"] == "control_plane"]):
        cluster.report(held)
        cluster.held = held
        lost = [m for m in lost if m["spec"]["role"] == "worker"]
    broken.keep_evidence(cluster, [m for m in lost if _failed(cluster, m)])
    for machine in lost:
        view, name = cluster.view(machine), machine["metadata"]["name"]
        said = f" ({view.message})" if view and view.message else ""
        cluster.report(Problem(c.MACHINE_MISSING, f"machine {name} is gone{said}; Slipway replaces it"))
        store.delete("machines", cluster.namespace, name)
    if lost:
        cluster.reload()


def _quorum_lost(cluster: ClusterPass, lost: list[Document]) -> Problem | None:
    """Half of the control planes or more: their machines, should they come back, have the data that is needed."""
    members = [m for m in cluster.machines if m["spec"]["role"] == "control_plane" and _joined(m)]
    running = [m for m in members if (view := cluster.view(m)) and view.state is MachineState.RUNNING]
    if not lost or len(running) * 2 > len(members):
        return None
    away = ", ".join(m["metadata"]["name"] for m in lost)
    text = (
        f"{len(running)} of {len(members)} control planes run and {away} cannot be started: etcd has no quorum."
        " Nothing is removed until it has one. The operator has to bring them back at the provider"
    )
    return Problem(c.ETCD_QUORUM_LOST, text)


def _needs_work(cluster: ClusterPass, machine: Document) -> bool:
    """One that starts is only waited for: all of them are seen in one call, each would be asked for in several."""
    view = cluster.view(machine)
    if view and view.state is MachineState.STOPPED:
        name = machine["metadata"]["name"]
        said = view.message if view.access else "Slipway is starting it again"  # a host has no switch
        cluster.report(Problem(c.MACHINE_STOPPED, f"machine {name} is stopped; {said}"))
    stands = view is not None and view.state in (MachineState.RUNNING, MachineState.STARTING)
    return not stands or not path_of(machine, "status.inside")


def _ensure(cluster: ClusterPass, wanted: list[Document]) -> None:
    """Make or start them all at once; the ledger knows of each before."""
    if not wanted:
        return
    cluster.touched = True
    ledger.intend(
        cluster.lease, [(OutsideKind.MACHINE, m["spec"]["outsideName"], cluster.account(m)) for m in wanted]
    )
    requests = [_request(cluster, m) for m in wanted]
    views = in_parallel(cluster, cluster.provider.driver.ensure_machine, requests)
    cluster.seen.update({v.name: v for v in views})
    ledger.confirm(cluster.provider.name, [v.name for v in views])
    for machine in wanted:
        note(cluster, machine, cluster.view(machine))
    cluster.reload()


def _request(cluster: ClusterPass, machine: Document) -> MachineRequest:
    assert cluster.identity is not None  # noqa: S101 - the phase before made it
    shape, name = machine["spec"]["machine"], machine["metadata"]["name"]
    return MachineRequest(
        name=machine["spec"]["outsideName"],
        tags=tags(machine),
        network=path_of(cluster.network or {}, "status.outsideName", ""),
        release=cluster.version,
        hostname=name,
        ssh_key=cluster.identity.ssh_public_key,
        ssh_host_key=cluster.identity.ssh_host_keys[name],
        cpu=float(quantity.parse(shape.get("cpu") or 0)),
        memory=int(quantity.parse(shape.get("memory") or 0)),
        disk=int(quantity.parse(shape.get("disk") or 0)),
        flavor=shape.get("flavor", ""),
        group=shared_name(cluster, OutsideKind.GROUP),
        labels=shape.get("labels", {}),
    )


def note(cluster: ClusterPass, machine: Document, view: MachineView | None, **fields: Any) -> None:
    """Write what was seen of a machine into its status."""
    observed = cluster.observation.node(machine["metadata"]["name"]) if cluster.observation else None
    state = view.state.value if view else "Missing"
    if observed and observed.ready and state == "Running":
        ready = condition(c.READY, "True", c.AS_DECLARED)
    elif state != "Running":
        ready = condition(
            c.READY, "False", c.WAITING_FOR_MACHINES, view.message if view else "not at the provider"
        )
    else:
        ready = condition(
            c.READY, "False", c.WAITING_FOR_NODES, observed.message if observed else "not a node yet"
        )

    def change(document: Document) -> None:
        status = document.setdefault("status", {})
        status.update({"state": state, **fields})
        if view and view.address:
            status.update(address=view.address, inside=view.inside or view.address)
        status["conditions"] = merge(status.get("conditions", []), [ready])

    store.update_status("machines", cluster.namespace, machine["metadata"]["name"], change)


def _silent(cluster: ClusterPass, new: list[Document], patience: float) -> list[Document]:
    """Those that do not answer. A host with a way in of its own greeted its driver when that says that it runs."""
    hosts = [m for m in new if (view := cluster.view(m)) and view.access]
    others = [m for m in new if m not in hosts]
    found = cluster.tools.reachable([a for m in others if (a := _address(m))], patience)
    return [m for m in hosts if not _runs(cluster, m)] + [m for m in others if _address(m) not in found]


def _comes(cluster: ClusterPass, machine: Document) -> bool:
    """Nothing has to be done for it but to wait."""
    view = cluster.view(machine)
    coming = (MachineState.RUNNING, MachineState.STARTING)
    return bool(view and view.state in coming and not view.access and _address(machine))


def _address(machine: Document) -> str:
    return str(path_of(machine, "status.address", ""))
