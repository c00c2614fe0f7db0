"""A whole Slipway on a real OpenStack with Kubernetes simulated above it: killed at random, and with Keystone gone.

SLIPWAY_OPENSTACK_KILLS (3) is how often the worker is killed, SLIPWAY_OUTAGE (20) for how many seconds Keystone is
stopped, SLIPWAY_SEED repeats a run.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.killer import SEED, Killer
from support.server import Server, wait_for

from tests.support.openstack import lab
from tests.support.openstack.ending import end_tenant
from tests.support.openstack.proxy import FaultProxy, fault_proxy

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(7200)]
KILLS = int(os.environ.get("SLIPWAY_OPENSTACK_KILLS", "3"))
OUTAGE = float(os.environ.get("SLIPWAY_OUTAGE", "20"))
TENANT = "acme"
PATIENCE = 300
AWAY = re.compile("the cloud (cannot be reached|does not answer|failed)")


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultProxy]:
    """It tells when Slipway calls the cloud."""
    with fault_proxy(lab.HOST, lab.PORTS) as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, proxy: FaultProxy) -> Iterator[Server]:
    home: Path = tmp_path_factory.mktemp("openstack")
    made = Server(home, PYTHONPATH=str(lab.SIMULATION))
    made.start()
    settings = {**lab.ADMIN, **lab.FAKE_ZONE, "authUrl": proxy.through(lab.ADMIN["authUrl"])}
    settings["path"] = str(home / "inside.sqlite3")
    spec = {"driver": "openstack-simulated", "settings": settings, "secrets": lab.SECRETS}
    made.create("providers", "Provider", "lab", spec)
    made.create("tenants", "Tenant", TENANT, {"displayName": "Acme"})
    yield made
    end_tenant(made, TENANT, "lab")
    made.stop()


def test_killed_at_random_moments(server: Server, proxy: FaultProxy) -> None:
    before, lives = lab.everything(), 0
    killer = Killer(
        server,
        TENANT,
        work=lambda: proxy.count,
        left=lambda: lab.added(before),
        longest=6,
        patience=PATIENCE,
    )
    while killer.kills < KILLS:
        lives += 1
        killer.live(f"web{lives}", cut_short=killer.chance.random() < 0.3)
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert server.list(plural, TENANT) == [], f"seed {SEED}: {plural} left"


def test_keystone_is_gone_while_a_cluster_is_made_and_while_it_is_deleted(server: Server) -> None:
    before = lab.everything()
    server.create("clusters", "Cluster", "patient", {"controlPlane": {"replicas": 1}}, TENANT)
    wait_for(lambda: bool(lab.added(before)), PATIENCE)
    with _keystone_stopped():
        server.kill_worker()  # the next one has no token yet
        wait_for(lambda: bool(AWAY.search(_said(server))), PATIENCE, lambda: _said(server))
        time.sleep(OUTAGE)
        assert AWAY.search(_said(server))
    wait_for(lambda: _ready(server), PATIENCE, lambda: _said(server))

    with _keystone_stopped():
        server.delete("clusters", "patient", TENANT)
        time.sleep(OUTAGE / 6)
    wait_for(lambda: server.get("clusters", "patient", TENANT) is None, PATIENCE, lambda: _said(server))
    assert lab.added(before) == {}


@contextmanager
def _keystone_stopped() -> Iterator[None]:
    lab.stop("keystone")
    try:
        yield
    finally:
        lab.start_services()


def _ready(server: Server) -> bool:
    return (server.condition("clusters", "patient", TENANT) or {}).get("status") == "True"


def _said(server: Server) -> str:
    found = server.condition("clusters", "patient", TENANT) or {}
    return f"{found.get('reason')}: {found.get('message')}"
