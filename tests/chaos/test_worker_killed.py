"""kill -9 of the worker at random moments of create, scale and delete ends in the right cluster or none.

SLIPWAY_KILLS sets how many (30), SLIPWAY_SEED repeats a run (a new one each time, printed when it fails).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.database import state_of_its_own
from support.killer import SEED, Killer
from support.server import Server

from provisioning.drivers.fake.cloud import FakeCloud

KILLS = int(os.environ.get("SLIPWAY_KILLS", "30"))
TENANT = "acme"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home: Path = tmp_path_factory.mktemp("killed")
    with state_of_its_own() as state:
        made = Server(home, **state)
        made.start()
        path = str(home / "cloud.sqlite3")
        settings = {"path": path, "latency": 0.1}  # slow enough to be hit in the middle
        made.create("providers", "Provider", "fake", {"driver": "fake", "settings": settings})
        made.create("tenants", "Tenant", TENANT, {"displayName": "Acme"})
        yield made
        made.stop()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_killed_at_random_moments(server: Server) -> None:
    cloud, lives = FakeCloud(str(server.home / "cloud.sqlite3")), 0
    work, left = (lambda: len(cloud.calls())), cloud.objects
    killer = Killer(server, TENANT, work=work, left=left, longest=0.8, patience=120)
    while killer.kills < KILLS:
        lives += 1
        killer.live(f"web{lives}", cut_short=killer.chance.random() < 0.3)
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert server.list(plural, TENANT) == [], f"seed {SEED}: {plural} left"
