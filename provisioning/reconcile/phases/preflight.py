"""Phases Preflight and Growth: nothing is begun for which the provider has no room, and what has room is not held up.

A new cluster is begun when all of it fits. One that is there gets the machines that fit; the others wait.
"""

from collections.abc import Iterator

from provisioning.drivers.forecast import Forecast, MachineForecast, Takes
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.plan import MachinePlan
from provisioning.reconcile.planning.declared import with_named
from provisioning.reconcile.planning.room import Room, Shortfall, as_error, problems, total
from provisioning.reconcile.status import Problem, to_act
from provisioning.reconcile.tags import tags
from slipway.kernel.results import Done, Result

Batch = list[tuple[MachinePlan, MachineForecast]]


def preflight(cluster: ClusterPass) -> Result:
    """Ask what is free, only when machines are to be declared."""
    missing = cluster.plan().missing
    if not missing:
        return Done()
    declared = with_named(cluster.document, cluster.pools, cluster.machines)
    driver, own = cluster.provider.driver, tags(cluster.document)
    forecast, room = driver.forecast(declared.wanted(), own), Room.of(driver.limits(own))
    if not cluster.machines:
        _require_all(forecast, room)
        return Done()
    begun = len(forecast.machines) - len(missing)  # these are declared: they are made, or say why not
    taken = [forecast.shared, *(m.takes for m in forecast.machines[:begun])]
    _hold_back(cluster, room, taken, list(zip(missing, forecast.machines[begun:], strict=True)))
    return Done()


def growth(cluster: ClusterPass) -> Result:
    """The last phase: everything else is done, and what had no room is said."""
    if cluster.unmet:
        raise as_error(cluster.unmet)
    return Done()


def held(cluster: ClusterPass) -> Problem | None:
    """What somebody has to act on while the rest goes on."""
    return to_act(as_error(cluster.unmet)) if cluster.unmet else None


def _require_all(forecast: Forecast, room: Room) -> None:
    takes = total([forecast.shared, *(m.takes for m in forecast.machines)])
    if found := [*problems(forecast.machines, forecast.problems), *room.shortfalls(takes)]:
        raise as_error(found)


def _hold_back(cluster: ClusterPass, room: Room, taken: list[Takes], wanted: Batch) -> None:
    """Batch by batch, as long as there is room. Workers do not take what control planes wait for."""
    held: Batch = []
    for batch in _batches(wanted):
        if _has_control_planes(held) or _in_the_way(room, taken, batch):
            held += batch
        else:
            taken.extend(m.takes for _, m in batch)
    if not held:
        return
    cluster.unmet = _in_the_way(room, taken, held)
    if _has_control_planes(held) and not cluster.initialized:
        raise as_error(cluster.unmet)
    cluster.held_back = frozenset(plan.name for plan, _ in held)


def _has_control_planes(batch: Batch) -> bool:
    return bool(batch) and batch[0][0].role == "control_plane"


def _in_the_way(room: Room, taken: list[Takes], batch: Batch) -> list[Shortfall]:
    """What is short for the batch after what others take."""
    machines = tuple(m for _, m in batch)
    takes = total([*taken, *(m.takes for m in machines)])
    return [*problems(machines), *room.shortfalls(takes)]


def _batches(wanted: Batch) -> Iterator[Batch]:
    """Control planes come together: two of three have less of a quorum than one. Workers come one by one."""
    control_planes = [(plan, m) for plan, m in wanted if plan.role == "control_plane"]
    if control_planes:
        yield control_planes
    for plan, machine in wanted:
        if plan.role == "worker":
            yield [(plan, machine)]
