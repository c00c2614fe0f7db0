"""One pass over one cluster: what was loaded, what was seen, and what was learnt, shared by all phases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from provisioning import versions
from provisioning.addons import cloud_config, coredns
from provisioning.addons.catalog import CATALOG, chosen
from provisioning.ansible.topology import ClusterTopology, NodeTarget, StorageClass
from provisioning.bundles.images import release_images
from provisioning.conditions import READY
from provisioning.drivers.contract import MachineView
from provisioning.drivers.credential import Credential
from provisioning.drivers.endpoint import EndpointView
from provisioning.identity.pki import ClusterIdentity
from provisioning.kinds.common import path_of
from provisioning.kube.observation import ClusterObservation
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.ledger import Account
from provisioning.reconcile.plan import Plan, plan
from provisioning.reconcile.planning.room import Shortfall
from provisioning.reconcile.providers import OpenProvider
from provisioning.reconcile.status import Problem
from provisioning.reconcile.tags import CLUSTER, INSTALLATION, TENANT, tags
from provisioning.reconcile.toolbox import Toolbox
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel import quantity
from slipway.kernel.conditions import condition, merge
from slipway.kernel.names import short_hash

_SWITCHES: Final = {
    "metrics-server": "metricsServer",
    "local-path-storage": "localPathStorage",
    "openstack-cloud-controller-manager": "openstackCloudControllerManager",
    "cinder-csi": "cinderCsi",
}
"""Fields of spec.addons by the add-ons that they switch."""


@dataclass
class ClusterPass:
    """The shared state of one pass."""

    document: Document
    lease: Lease
    provider: OpenProvider
    tools: Toolbox
    work_on: Callable[[str], None]  # reconcile another object now, in this thread, unless somebody has it
    pools: list[Document] = field(default_factory=list)
    machines: list[Document] = field(default_factory=list)
    network: Document | None = None
    address: Document | None = None
    endpoint: EndpointView | None = None
    storage: list[Document] = field(default_factory=list)
    identity: ClusterIdentity | None = None
    credential: Credential | None = None  # of the add-ons that reach the cloud
    absent: dict[str, Problem | None] = field(default_factory=dict)  # add-ons that cannot be there, and why
    seen: dict[str, MachineView] = field(default_factory=dict)  # by outside name
    observation: ClusterObservation | None = None
    problems: list[Problem] = field(default_factory=list)
    held: Problem | None = None  # somebody has to act on what the cluster waits for
    drifted: bool = False  # something at the provider is not as it was made
    found: Mapping[str, str] = field(default_factory=dict)  # what drift was seen by
    looked_ahead: Mapping[str, str] = field(
        default_factory=dict
    )  # all that was made, seen while a run went on
    touched: bool = False  # this pass made or unmade something at the provider
    held_back: frozenset[str] = frozenset()  # machines that the provider has no room for
    unmet: list[Shortfall] = field(default_factory=list)  # and why
    learnt: dict[str, Any] = field(default_factory=dict)  # fields of the cluster's status

    @property
    def namespace(self) -> str:
        return str(self.document["metadata"]["namespace"])

    @property
    def name(self) -> str:
        return str(self.document["metadata"]["name"])

    @property
    def uid(self) -> str:
        return str(self.document["metadata"]["uid"])

    @property
    def spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self.document["spec"]
        return spec

    @property
    def initialized(self) -> bool:
        """Whether the control plane has been up once: then it is never bootstrapped again."""
        return bool(self.status("initialized", default=False))

    def status(self, name: str, *, default: Any = "") -> Any:
        """A field of the status, as learnt in this pass or as stored."""
        return self.learnt.get(name, path_of(self.document, f"status.{name}", default))

    @property
    def tags(self) -> dict[str, str]:
        """Tags that find everything made for this cluster."""
        found = tags(self.document)
        return {k: found[k] for k in (INSTALLATION, TENANT, CLUSTER)}

    def reload(self) -> None:
        """Read the pools and machines again, after having changed them."""
        mine = {"slipway.dev/cluster": self.name}
        pools = store.list("nodepools", self.namespace, labels=mine)
        self.pools = [p for p in pools if p["spec"]["clusterName"] == self.name]
        machines = store.list("machines", self.namespace, labels=mine)
        self.machines = [m for m in machines if m["spec"]["cluster"] == self.name]

    def report(self, problem: Problem) -> None:
        """Say now what is wrong and what is done about it: mending may take minutes, and the tenant waits."""
        self.problems.append(problem)
        generation = self.document["metadata"]["generation"]
        not_ready = condition(READY, "False", problem.reason, problem.message, generation=generation)

        def change(document: Document) -> None:
            status = document.setdefault("status", {})
            status["conditions"] = merge(status.get("conditions", []), [not_ready])

        self.lease.check()
        store.update_status("clusters", self.namespace, self.name, change)
        store.record_event(self.document, "Warning", problem.reason, problem.message)

    def plan(self) -> Plan:
        """What is missing, as far as there is room for it, and what is surplus."""
        found = plan(self.document, self.pools, self.machines)
        return Plan(tuple(m for m in found.missing if m.name not in self.held_back), found.surplus)

    def staying(self) -> list[Document]:
        """The machines that are not surplus."""
        surplus = self.plan().surplus_names
        return [m for m in self.machines if m["metadata"]["name"] not in surplus]

    def account(self, owner: Document) -> Account:
        """For whom an object outside is made."""
        return Account(self.provider.name, self.namespace, owner["metadata"]["uid"], self.uid)

    def pool_of(self, machine: Document) -> Document | None:
        """The pool that declares the Machine; None for a control plane."""
        return next((p for p in self.pools if p["metadata"]["name"] == machine["spec"].get("pool")), None)

    def view(self, machine: Document) -> MachineView | None:
        """What the provider says of a Machine."""
        return self.seen.get(machine["spec"]["outsideName"])

    def see_machines(self, max_age: float = 0) -> None:
        """Look at all of the cluster's machines, in one call."""
        self.seen = {v.name: v for v in self.provider.driver.list_machines(self.tags, max_age=max_age)}

    def delete_machine(self, name: str) -> None:
        """Unmake a machine of this cluster at the provider."""
        self.touched, self.looked_ahead = True, {}
        self.provider.driver.delete_machine(name, self.tags)

    @property
    def version(self) -> str:
        """The exact version: the one it was made with, whatever the spec's short form means today."""
        return str(self.status("version") or versions.find(self.spec["version"]).version)

    def topology(self) -> ClusterTopology:
        """The cluster as playbooks and observers see it: every machine that has an address."""
        images = release_images(versions.find(self.version))
        return ClusterTopology(
            name=self.name,
            uid=self.uid,
            version=self.version,
            endpoint_address=self.endpoint.inside if self.endpoint else "",
            public_address=self.endpoint.public if self.endpoint else "",
            endpoint_kind=self.endpoint.kind.value if self.endpoint else "virtual_ip",
            pod_cidr=self.spec["podCIDR"],
            service_cidr=self.spec["serviceCIDR"],
            nodes=tuple(self._target(m) for m in self.machines if path_of(m, "status.inside")),
            image_repository=versions.IMAGE_REPOSITORY,
            image_versions={image.name: image.tag for image in images},
            dns_upstreams=tuple(path_of(self.network or {}, "spec.dns", ())),
            addons=self.addons(),
            storage_classes=self._storage_classes(),
        )

    def addons(self) -> dict[str, dict[str, Any]]:
        """The required add-ons and those asked for that can be there, with their options."""
        wanted = {name: self._switch(name) is not False and name not in self.absent for name in _SWITCHES}
        configured = {"configuration": self.cloud_fingerprint}
        optional = {name: configured if CATALOG[name].cloud else {} for name, yes in wanted.items() if yes}
        return chosen({coredns.ADDON.name: self._dns(), **optional})

    def _dns(self) -> dict[str, Any]:
        pools = [self.pool_of(m) for m in self.staying()]
        tainted = sum(1 for pool in pools if pool and pool["spec"].get("taints"))
        return coredns.sized(len(pools), len(pools) - tainted)

    def names_addon(self, name: str) -> bool:
        """Whether the tenant asked for it by name, and does not just get what the provider has."""
        return self._switch(name) is True

    def _switch(self, name: str) -> bool | None:
        """None, and in clusters of earlier times no entry: as the provider has it."""
        value = path_of(self.spec, f"addons.{_SWITCHES[name]}.enabled")
        return None if value is None else bool(value)

    @property
    def cloud_files(self) -> dict[str, str]:
        """What the add-ons reach the cloud with, by file name. Secret."""
        return cloud_config.files(self.credential.values) if self.credential else {}

    @property
    def cloud_fingerprint(self) -> str:
        """Another one when the files are; it gives nothing of them away."""
        return short_hash(*self.cloud_files.values()) if self.credential else ""

    def _storage_classes(self) -> tuple[StorageClass, ...]:
        """Directories where machines see the pool, else volumes of the provider's type where they can be had."""
        volumes = "cinder-csi" in self.addons()
        usable = [pool for pool in self.storage if path_of(pool, "status.nodePath") or volumes]
        return tuple(_storage_class(pool, default=pool is usable[0]) for pool in usable)

    def _provider_id(self, machine: Document) -> str:
        """The node's spec.providerID, by which a cloud's add-ons find the machine: its name outside is another."""
        offer, view = self.provider.driver.credential_offer, self.view(machine)
        return f"{offer.cloud}:///{view.id}" if offer and view else ""

    def _target(self, machine: Document) -> NodeTarget:
        spec, shape = machine["spec"], machine["spec"]["machine"]
        pool = self.pool_of(machine)
        taints = path_of(pool or {}, "spec.taints", [])
        view = self.view(machine)
        return NodeTarget(
            name=machine["metadata"]["name"],
            address=path_of(machine, "status.inside", ""),
            reach=path_of(machine, "status.address", ""),
            role=spec["role"],
            labels=path_of(pool or {}, "spec.labels", {}),
            taints=tuple(
                f"{t['key']}={t['value']}:{t['effect']}" if t.get("value") else f"{t['key']}:{t['effect']}"
                for t in taints
            ),
            provider_id=self._provider_id(machine),
            cpu=float(quantity.parse(shape.get("cpu") or 0)),
            memory=int(quantity.parse(shape.get("memory") or 0)),
            access=view.access if view else None,
        )


def _storage_class(pool: Document, *, default: bool) -> StorageClass:
    """Directories are the default class only where a cluster asks for no other: volumes outlive their machine."""
    name, path = pool["metadata"]["name"], path_of(pool, "status.nodePath", "")
    if path:
        return StorageClass(name, path)
    return StorageClass(name, "", default=default, volume_type=path_of(pool, "status.outsideId", ""))
