"""Phases LoadBalancers and Volumes: what was made at the provider from inside a cluster that is being deleted."""

from datetime import UTC, datetime, timedelta

from provisioning import conditions as c
from provisioning.addons.catalog import CATALOG
from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.endpoint import EndpointKind, EndpointView
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases import identity
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Done, Result, Wait

PATIENCE = timedelta(
    minutes=3
)  # for the cluster to do it itself; then its machines go, and what is left is swept


def load_balancers(cluster: ClusterPass) -> Result:
    """Services of type LoadBalancer are deleted, so that the cluster's own controller lets go of what it made."""
    if not _has_a_controller(cluster) or _since(cluster) > PATIENCE:
        return Done()
    known = identity.load(cluster.uid)
    if known is None:
        return Done()
    cluster.identity, cluster.endpoint = known, _endpoint(cluster)
    try:
        left = cluster.tools.release_services(cluster.topology(), known)
    except SlipwayError:
        return Done()  # the cluster does not answer: it can release nothing any more
    if not left:
        return Done()
    return Wait(2, c.DELETING, f"load balancers of Services are being released: {', '.join(sorted(left))}")


def volumes(cluster: ClusterPass) -> Result:
    """Machines are gone and nothing makes more: volumes are deleted or kept as the tenant said, all else is swept."""
    if cluster.provider.driver.credential_offer is None:
        return Done()
    driver, provider = cluster.provider.driver, cluster.provider.name
    found = [one for one in driver.sweep(cluster.tags) if one.kind is OutsideKind.VOLUME]
    if not found:
        return Done()
    account = cluster.account(cluster.document)
    ledger.intend(cluster.lease, [(one.kind, one.name, account) for one in found])
    names = sorted(one.name for one in found)
    if cluster.spec.get("volumeDeletionPolicy") == "Retain":
        ledger.keep(provider, names)
        text = f"kept as spec.volumeDeletionPolicy says: {', '.join(names)}"
        store.record_event(cluster.document, "Normal", c.VOLUMES_KEPT, text)
        return Done()
    for name in names:
        cluster.lease.check()
        driver.delete_volume(name, cluster.tags)
        ledger.close(provider, [name])
    return Done()


def _has_a_controller(cluster: ClusterPass) -> bool:
    applied = cluster.status("addonsApplied", default={}).get("addons", [])
    return any(CATALOG[name].cloud for name in applied if name in CATALOG)


def _since(cluster: ClusterPass) -> timedelta:
    """How long it has been tried."""
    began = str(cluster.status("releasingSince") or timestamp())
    cluster.learnt["releasingSince"] = began
    return datetime.now(UTC) - datetime.fromisoformat(began)


def _endpoint(cluster: ClusterPass) -> EndpointView:
    """As it was noted: a cluster that is going asks the provider for nothing."""
    public = str(cluster.status("endpoint")).removeprefix("https://").rpartition(":")[0]
    kind = EndpointKind(cluster.status("endpointKind") or EndpointKind.VIRTUAL_IP)
    return EndpointView(cluster.name, kind, str(cluster.status("endpointAddress")), public)
