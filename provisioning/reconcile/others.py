"""The small loops: Provider, Release, Tenant, and the objects that only wake their cluster."""

from collections.abc import Callable
from typing import Any

from provisioning import conditions as c
from provisioning.reconcile import orphans, projects
from provisioning.reconcile.hosts import reconcile_host
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.outside import FINALIZER
from provisioning.reconcile.provider_end import end_provider
from provisioning.reconcile.providers import open_provider
from provisioning.reconcile.queue import mark_dirty
from provisioning.reconcile.usage import usage_of_tenant
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Done, Result, Wait
from tenants import quotas

Learnt = dict[str, Any]  # fields for the status; None in its place: the status is another loop's to write


def _provider(document: Document, _: Lease) -> tuple[Result, Learnt | None]:
    """Ask the provider whether it can be used; what gone tenants left there goes, too, and orphans are counted."""
    if document["metadata"].get("deletionTimestamp"):
        return end_provider(document), {}
    provider = open_provider(document["metadata"]["name"])
    facts = provider.driver.check()
    projects.remove_of_gone_tenants(provider)
    return Done(), {"facts": dict(facts.facts), **orphans.count(document, provider)}


def _node_pool(document: Document, _: Lease) -> tuple[Result, Learnt | None]:
    """A pool is worked on by its cluster's loop; without a cluster it waits here, or goes."""
    meta = document["metadata"]
    name = document["spec"]["clusterName"]
    cluster = store.get("clusters", meta["namespace"], name)
    if cluster is not None:
        mark_dirty(cluster)
        return Done(), None
    if meta.get("deletionTimestamp"):
        store.remove_finalizer("nodepools", meta["namespace"], meta["name"], FINALIZER)
        return Done(), None
    return Wait(10, c.CLUSTER_NOT_FOUND, f"there is no cluster {name}: create it, or delete this pool"), {}


def _machine(document: Document, _: Lease) -> tuple[Result, Learnt | None]:
    """A machine is worked on by its cluster's loop."""
    cluster = store.get("clusters", document["metadata"]["namespace"], document["spec"]["cluster"])
    if cluster is not None:
        mark_dirty(cluster)
    return Done(), None


def _tenant(document: Document, _: Lease) -> tuple[Result, Learnt | None]:
    """Count what is used. Its deletion is the tenants' own matter (tenants.lifecycle)."""
    name = document["metadata"]["name"]
    quotas.record(name, usage_of_tenant(name))
    return Done(), None


RECONCILERS: dict[str, Callable[[Document, Lease], tuple[Result | SlipwayError, Learnt | None]]] = {
    "providers": _provider,
    "hosts": reconcile_host,
    "nodepools": _node_pool,
    "machines": _machine,
    "tenants": _tenant,
}
