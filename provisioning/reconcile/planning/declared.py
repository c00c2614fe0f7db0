"""A cluster as it is declared, with the objects that it names or makes: what a plan is made of."""

from dataclasses import dataclass, field

from provisioning import versions
from provisioning.bundles.disk_image import SIZE
from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.forecast import Size, Wanted
from provisioning.kinds.common import path_of
from provisioning.reconcile import ledger
from provisioning.reconcile.plan import Plan, plan
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel import quantity


@dataclass(frozen=True)
class Declared:
    """The documents of one cluster. `network` and `address`: None when they are not there (yet).

    What is `begun` may be at the provider though nobody was told so: counted again, it could be short of itself.
    """

    cluster: Document
    pools: list[Document] = field(default_factory=list)
    machines: list[Document] = field(default_factory=list)
    network: Document | None = None
    address: Document | None = None
    storage: list[Document] = field(default_factory=list)
    begun: frozenset[str] = frozenset()  # kinds of outside objects of its own that are on the books

    @property
    def namespace(self) -> str:
        return str(self.cluster["metadata"]["namespace"])

    @property
    def name(self) -> str:
        return str(self.cluster["metadata"]["name"])

    @property
    def release(self) -> str:
        """The exact version: the one that it was made with, else what the spec's means today."""
        return str(
            path_of(self.cluster, "status.version") or versions.find(self.cluster["spec"]["version"]).version
        )

    @property
    def network_name(self) -> str:
        return str(self.cluster["spec"].get("network") or self.name)

    @property
    def address_name(self) -> str:
        return str(path_of(self.cluster, "spec.endpoint.floatingIP") or self.name)

    def plan(self) -> Plan:
        """Which Machines are missing, and which are surplus."""
        return plan(self.cluster, self.pools, self.machines)

    def unmade(self) -> list[Document]:
        """Machines that are declared, stay, and were never seen at the provider."""
        surplus = self.plan().surplus_names
        staying = (m for m in self.machines if m["metadata"]["name"] not in surplus)
        return [m for m in staying if not path_of(m, "status.state")]

    def wanted(self) -> Wanted:
        """What is still to be made: first the machines that are declared, then those that are missing."""
        unmade = self.unmade()
        shapes = [m["spec"]["machine"] for m in unmade] + [m.shape for m in self.plan().missing]
        answers = bool(path_of(self.cluster, "status.endpointKind"))
        begun = self.begun
        new_pools = [p for p in self.storage if not is_made(p)]
        network = self.network if not is_made(self.network) else None
        return Wanted(
            release=self.release,
            machines=tuple(size_of(shape) for shape in shapes),
            members=len(self.machines) - len(unmade),
            network=not is_made(self.network) and OutsideKind.NETWORK not in begun,
            cidr=path_of(network or {}, "spec.cidr", ""),
            address=not is_made(self.address) and OutsideKind.ADDRESS not in begun,
            group=not answers and OutsideKind.GROUP not in begun,
            endpoint=not answers and OutsideKind.ENDPOINT not in begun,
            storage=sum(int(quantity.parse(p["spec"].get("capacity") or 0)) for p in new_pools),
            image_disk=SIZE,
        )


def is_made(document: Document | None) -> bool:
    """Whether a Network, FloatingIP or StoragePool is there at its provider."""
    return bool(path_of(document or {}, "status.outsideName"))


def size_of(shape: Document) -> Size:
    """A machine's shape as drivers are told it."""
    return Size(
        cpu=float(quantity.parse(shape.get("cpu") or 0)),
        memory=int(quantity.parse(shape.get("memory") or 0)),
        disk=int(quantity.parse(shape.get("disk") or 0)),
        flavor=shape.get("flavor", ""),
        labels=shape.get("labels", {}),
    )


def read(cluster: Document) -> Declared:
    """With everything that the store has of it."""
    meta = cluster["metadata"]
    mine = {"slipway.dev/cluster": meta["name"]}
    pools = store.list("nodepools", meta["namespace"], labels=mine)
    machines = store.list("machines", meta["namespace"], labels=mine)
    return with_named(
        cluster,
        [p for p in pools if p["spec"]["clusterName"] == meta["name"]],
        [m for m in machines if m["spec"]["cluster"] == meta["name"]],
    )


def with_named(cluster: Document, pools: list[Document], machines: list[Document]) -> Declared:
    """With the network, the address and the storage pools that it names or that are its own."""
    bare = Declared(cluster, pools, machines)
    named = [
        store.get("storagepools", bare.namespace, name) for name in cluster["spec"].get("storagePools", [])
    ]
    return Declared(
        cluster,
        pools,
        machines,
        store.get("networks", bare.namespace, bare.network_name),
        store.get("floatingips", bare.namespace, bare.address_name),
        [pool for pool in named if pool],
        ledger.open_kinds(cluster["metadata"]["uid"]),
    )
