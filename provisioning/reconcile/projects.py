"""A tenant's project at a provider: in the ledger before the first object in it, gone after the tenant."""

from provisioning import conditions as c
from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Conflict
from provisioning.models.installation import installation_key
from provisioning.reconcile import ledger
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.providers import OpenProvider
from provisioning.reconcile.tags import INSTALLATION, TENANT
from slipway.apimachinery.store import store


def intend(lease: Lease, provider: OpenProvider, tenant: str) -> None:
    """The driver is about to make something for the tenant, and with the first thing its project."""
    if OutsideKind.PROJECT in provider.driver.makes:
        account = ledger.Account(provider.name, tenant, owner_uid="")
        ledger.intend(lease, [(OutsideKind.PROJECT, tenant, account)])


def remove_of_gone_tenants(provider: OpenProvider) -> None:
    """The projects of tenants that are no more. One with something in it stays, and the Provider's events say so."""
    for tenant in ledger.open_projects(provider.name):
        if store.get("tenants", "", tenant) is None and (why := _remove(provider, tenant)):
            text = f"tenant {tenant} is gone, {why}"
            store.record_event(provider.document, "Warning", c.WAITING_FOR_DEPENDANTS, text)


def remove_all(provider: OpenProvider) -> list[str]:
    """Every tenant's project at a provider that is left. One that another Provider shares is that one's to remove.

    Returns of each that has to stay why.
    """
    staying = []
    for tenant in ledger.open_projects(provider.name):
        if ledger.has_project_elsewhere(tenant, provider.name):
            ledger.close(provider.name, [tenant])
        elif why := _remove(provider, tenant):
            staying.append(why)
    return staying


def _remove(provider: OpenProvider, tenant: str) -> str:
    """Why it stays; empty when it is gone."""
    own = {INSTALLATION: installation_key(), TENANT: tenant}
    found = provider.driver.sweep(own)
    try:
        for project in (o for o in found if o.kind is OutsideKind.PROJECT):
            provider.driver.delete_project(project.name, own)
    except Conflict as error:
        return f"the project of tenant {tenant} stays: {error.message}"
    ledger.close(provider.name, [tenant])
    return ""
