"""Phases Drift and Remember: what stands at the provider is as it was made; what is not is made again in this pass."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from provisioning import conditions as c
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.outside import LOOK_AGE, digest
from provisioning.reconcile.queue import mark_dirty
from provisioning.reconcile.tags import tags
from slipway.apimachinery.store import store
from slipway.kernel.results import Done, Result


def drift(cluster: ClusterPass) -> Result:
    """Compare with what was remembered. A difference in an old look is believed only after a new one."""
    known = cluster.status("fingerprint")
    if cluster.initialized and known and known != digest(_look(cluster, LOOK_AGE)):
        cluster.found = _look(cluster, 0)
        cluster.drifted = known != digest(cluster.found)
    if cluster.drifted:
        for borrowed_or_own in (cluster.network, cluster.address):
            if borrowed_or_own:
                mark_dirty(borrowed_or_own)
                cluster.work_on(borrowed_or_own["metadata"]["uid"])
    return Done()


@contextmanager
def looking_ahead(cluster: ClusterPass) -> Iterator[None]:
    """Beside a run, which changes nothing at the provider: the look takes seconds there, and Ready waits for it."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        look = pool.submit(_look, cluster, 0)
        yield
    if look.exception() is None:
        cluster.looked_ahead = look.result()


def remember(cluster: ClusterPass) -> Result:
    """All is made: whatever is changed from now on is drift. Says what was mended."""
    if cluster.touched or cluster.drifted or not cluster.status("fingerprint"):
        seen = cluster.looked_ahead or _look(cluster, 0)
        cluster.learnt["fingerprint"] = digest(seen)
        if cluster.drifted and (mended := sorted(_differing(cluster.found, seen))):
            text = (
                f"somebody changed or deleted at the provider: {', '.join(mended)}. It is as declared again"
            )
            store.record_event(cluster.document, "Warning", c.DRIFT_MENDED, text)
    return Done()


def learn(cluster: ClusterPass) -> None:
    """A pass that has to wait: what it changed itself is no drift; what is not mended yet is not forgotten."""
    if cluster.touched and cluster.status("fingerprint") and not cluster.drifted:
        cluster.learnt["fingerprint"] = digest(_look(cluster, 0))


def _look(cluster: ClusterPass, max_age: float) -> dict[str, str]:
    """The cluster's own objects, and those that it borrows: in the same look, if the provider has looks."""
    began = time.monotonic() - max_age
    owners = [cluster.tags, *(tags(one) for one in (cluster.network, cluster.address) if one)]
    looks = (
        cluster.provider.driver.fingerprints(owner, max_age=time.monotonic() - began) for owner in owners
    )
    return {name: value for found in looks for name, value in found.items()}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
