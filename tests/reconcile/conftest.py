"""A fake cloud with one tenant in it, or a room of fake hosts."""

from pathlib import Path

import pytest
from support.fake_site import TENANT, Site, fake_cloud

from provisioning.reconcile import providers
from slipway.apimachinery.kinds import Document
from tests.reconcile.rooms import Room
from tests.support.bare.fake_hosts import FakeHosts
from tests.support.bare.rooms import tiny_files


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Site:
    """A Provider `fake` and a Tenant `acme`."""
    path = str(tmp_path / "cloud.sqlite3")
    made = Site(fake_cloud(path))
    made.create("Provider", "providers", "fake", {"driver": "fake", "settings": {"path": path}}, namespace="")
    made.create("Tenant", "tenants", TENANT, {"displayName": "Acme"}, namespace="")
    return made


@pytest.fixture
def cloudy(transactional_db: None, tmp_path: Path) -> Site:
    """A site whose fake cloud has an API for clusters."""
    path = str(tmp_path / "cloud.sqlite3")
    made = Site(fake_cloud(path))
    settings = {"path": path, "cloud": "openstack"}
    made.create("Provider", "providers", "fake", {"driver": "fake", "settings": settings}, namespace="")
    made.create("Tenant", "tenants", TENANT, {"displayName": "Acme"}, namespace="")
    return made


@pytest.fixture
def network(site: Site) -> Document:
    """An object that is due."""
    return site.create("Network", "networks", "lan", {})


@pytest.fixture
def room(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    providers._opened.clear()
    site = Site(fake_cloud(str(tmp_path / "none")))
    site.create("Tenant", "tenants", TENANT, {"displayName": "Acme"}, namespace="")
    return Room(site, FakeHosts(), tiny_files(tmp_path / "files"), monkeypatch)
