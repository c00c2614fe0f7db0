"""A fake cloud, a tenant in it, and a loop that works until nothing is due: no broker, no threads."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.models import Work
from provisioning.reconcile.reconciler import reconcile
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import find

TENANT = "acme"


def fake_cloud(path: str) -> FakeCloud:
    """The cloud in that file."""
    return FakeCloud(path)


@dataclass
class Site:
    """One tenant on one fake cloud."""

    cloud: FakeCloud

    def create(
        self, kind: str, plural: str, name: str, spec: dict[str, Any], namespace: str = TENANT
    ) -> Document:
        meta = {"name": name, "namespace": namespace} if namespace else {"name": name}
        return store.create(
            plural, {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": meta, "spec": spec}
        )

    def cluster(self, name: str = "web", control_planes: int = 3, workers: int = 2, **spec: Any) -> Document:
        made = self.create(
            "Cluster", "clusters", name, {"controlPlane": {"replicas": control_planes}, **spec}
        )
        self.create("NodePool", "nodepools", f"{name}-workers", {"clusterName": name, "replicas": workers})
        return made

    def get(self, plural: str, name: str) -> Document | None:
        return store.get(plural, TENANT, name)

    def ready(self, plural: str = "clusters", name: str = "web") -> Any:
        document = self.get(plural, name)
        return document and find(document, "Ready")

    def edit(self, plural: str, name: str, change: Callable[[Document], Any]) -> None:
        def changed(document: Document) -> Document:
            change(document)
            return document

        store.edit(plural, TENANT, name, changed)

    def work(self, until: Callable[[], bool], passes: int = 400) -> None:
        """Let the time pass that nobody has to wait for: each row is due in its turn, until the goal is reached."""
        for _ in range(passes):
            if until():
                return
            row = Work.objects.filter(holder="").order_by("next_reconcile_at").first()
            if row is None:
                time.sleep(0.01)
                continue
            pause = row.next_reconcile_at - timezone.now()
            if pause > timedelta(0):
                Work.objects.update(next_reconcile_at=F("next_reconcile_at") - pause)
            reconcile(row.uid)
        assert until(), f"not reached after {passes} passes: {self.ready()}"

    def work_until_ready(self, name: str = "web") -> None:
        def is_ready() -> bool:
            ready, document = self.ready(name=name), self.get("clusters", name)
            seen = (
                bool(document)
                and document["status"].get("observedGeneration") == document["metadata"]["generation"]
            )
            return bool(seen and ready and ready["status"] == "True") and not self._behind(name)

        self.work(is_ready)

    def _behind(self, name: str) -> bool:
        pools = [p for p in store.list("nodepools", TENANT) if p["spec"]["clusterName"] == name]
        return any(p["status"].get("readyReplicas", 0) != p["spec"]["replicas"] for p in pools)

    def machines(self) -> list[str]:
        return sorted(m["metadata"]["name"] for m in store.list("machines", TENANT))
