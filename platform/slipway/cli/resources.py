"""The kinds that the command line knows, and where each lives in the API."""

from dataclasses import dataclass
from urllib.parse import quote

GROUP = "slipway.dev"
VERSION = "v1"
API_VERSION = f"{GROUP}/{VERSION}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind."""

    kind: str
    plural: str
    namespaced: bool = True

    @property
    def singular(self) -> str:
        """As in `cluster.slipway.dev/web`."""
        return self.kind.lower()

    def path(self, tenant: str, name: str = "", sub: str = "") -> str:
        """Path of the collection, of an object, or of its subresource."""
        parts = ["/apis", GROUP, VERSION]
        if self.namespaced and tenant:
            parts += ["namespaces", quote(tenant, safe="")]
        parts.append(self.plural)
        parts += [quote(part, safe="") for part in (name, sub) if part]
        return "/".join(parts)

    def full_name(self, name: str) -> str:
        """As kubectl prints it."""
        return f"{self.singular}.{GROUP}/{name}"


TENANT = Resource("Tenant", "tenants", namespaced=False)
PROVIDER = Resource("Provider", "providers", namespaced=False)
HOST = Resource("Host", "hosts", namespaced=False)
STORAGE_POOL = Resource("StoragePool", "storagepools")
NETWORK = Resource("Network", "networks")
FLOATING_IP = Resource("FloatingIP", "floatingips")
CLUSTER = Resource("Cluster", "clusters")
NODE_POOL = Resource("NodePool", "nodepools")
MACHINE = Resource("Machine", "machines")
RUN = Resource("Run", "runs")
RELEASE = Resource("Release", "releases", namespaced=False)

NOUNS = {
    one.plural: one.singular
    for one in (
        TENANT, PROVIDER, STORAGE_POOL, NETWORK, FLOATING_IP, CLUSTER, NODE_POOL, MACHINE, RUN, RELEASE,
    )
}  # fmt: skip
"""What each is called on the command line."""
