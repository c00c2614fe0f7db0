"""A provider whose hosts are not real, in Slipway's own book."""

from pathlib import Path
from typing import Any

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers import registry
from provisioning.drivers.baremetal.driver import BareMetalDriver
from provisioning.drivers.baremetal.settings import BareMetalSettings
from provisioning.drivers.contract import MachineRequest
from provisioning.drivers.image import ImageRequest
from provisioning.reconcile import providers
from provisioning.reconcile.book import Book
from provisioning.reconcile.queue import mark_dirty
from provisioning.reconcile.reconciler import reconcile
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from tests.support.bare.fake_hosts import FakeHost, FakeHosts

SETTINGS = {"network": "10.9.0.0/16", "addresses": "10.9.255.1-10.9.255.4", "patience": 60}


class Room:
    """A provider of hosts that are not real."""

    def __init__(self, site: Site, hosts: FakeHosts, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site, self.hosts, self._files = site, hosts, files
        monkeypatch.setattr(providers.registry, "open_driver", self._open)
        site.create(
            "Provider", "providers", "room", {"driver": "baremetal", "settings": SETTINGS}, namespace=""
        )

    def _open(self, name: str, settings: Any, secrets: Any, book: Any) -> Any:
        return self.driver() if name == "baremetal" else registry._driver_class(name)(settings)

    def driver(self) -> BareMetalDriver:
        settings = BareMetalSettings.model_validate(SETTINGS)
        made = BareMetalDriver(settings, Book("room"), self.hosts.connect, self.hosts.greets)  # type: ignore[arg-type]
        made.ensure_image(ImageRequest("1.37.2", self._files, "tiny"))
        return made

    def add(self, name: str, domain: str = "", labels: dict[str, str] | None = None) -> Document:
        """A Host at the fake of the same name."""
        number = len(store.list("hosts", "")) + 1
        address = f"10.9.{number // 250}.{number % 250 + 1}"
        self.hosts.by_address[address] = self.hosts.by_address.pop(name, FakeHost())
        spec = {"address": address, "failureDomain": domain, "secrets": {"privateKey": "secret"}}
        meta = {"name": name, "labels": labels or {}}
        made = store.create(
            "hosts", {"apiVersion": "slipway.dev/v1", "kind": "Host", "metadata": meta, "spec": spec}
        )
        reconcile(made["metadata"]["uid"])
        return made

    def fake(self, name: str) -> FakeHost:
        return self.hosts.by_address[self.get(name)["spec"]["address"]]

    def get(self, name: str) -> Document:
        found = store.get("hosts", "", name)
        assert found is not None
        return found

    def look(self, name: str) -> Document:
        """One pass of its loop, now."""
        mark_dirty(self.get(name))
        reconcile(self.get(name)["metadata"]["uid"])
        return self.get(name)


def machine(name: str, cluster: str = "c1", **more: Any) -> MachineRequest:
    tags = {
        "slipway/installation": "me",
        "slipway/tenant": TENANT,
        "slipway/cluster": cluster,
        "slipway/owner": "o",
    }
    return MachineRequest(name, tags, "net", "1.37.2", name, "", **more)
