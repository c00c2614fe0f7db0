"""The end of tenants and Providers on the lab: projects go with them, before Slipway does."""

from support.server import Server, wait_for

from tests.support.openstack import lab

PATIENCE = 300  # seconds


def end_tenant(server: Server, tenant: str, provider: str) -> None:
    """Delete it, and let the Provider, whose loop removes projects of tenants that are gone, look at once."""
    server.delete("tenants", tenant)
    wait_for(lambda: server.get("tenants", tenant) is None, PATIENCE, lambda: server.get("tenants", tenant))
    server.patch("providers", provider, {"metadata": {"annotations": {"test": "look now"}}})
    mine = f"slipway-{tenant}-"
    wait_for(lambda: not any(name.startswith(mine) for name in lab.projects()), PATIENCE, lab.projects)


def end_provider(server: Server, provider: str) -> None:
    """Delete it, and wait until it has left the cloud: what it speaks through may go afterwards."""
    server.delete("providers", provider)
    wait_for(
        lambda: server.get("providers", provider) is None,
        PATIENCE,
        lambda: server.condition("providers", provider, ""),
    )
