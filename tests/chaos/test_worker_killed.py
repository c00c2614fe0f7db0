"""kill -9 of the worker at random moments of create, scale and delete ends in the right cluster or none.

SLIPWAY_KILLS sets how many (30), SLIPWAY_SEED repeats a run (a new one each time, printed when it fails).
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.database import state_of_its_own
from support.server import Server, wait_for

from provisioning.drivers.fake.cloud import FakeCloud

KILLS = int(os.environ.get("SLIPWAY_KILLS", "30"))
SEED = int(os.environ.get("SLIPWAY_SEED") or time.time_ns() % 1_000_000)
TENANT = "acme"
PATIENCE = 120


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


def _whole(server: Server, name: str, workers: int) -> bool:
    ready = server.condition("clusters", name, TENANT)
    pool = server.get("nodepools", f"{name}-workers", TENANT)
    return bool(
        ready and ready["status"] == "True" and pool and pool["status"].get("readyReplicas") == workers
        and len([m for m in server.list("machines", TENANT) if m["spec"]["cluster"] == name]) == 3 + workers
    )  # fmt: skip


class Killer:
    """Kills the worker now and then while a cluster lives its life, and checks what comes of it."""

    def __init__(self, server: Server) -> None:
        self.server, self.chance, self.kills = server, random.Random(SEED), 0
        self.cloud = FakeCloud(str(server.home / "cloud.sqlite3"))

    def kill_until(self, over: Callable[[], bool], name: str, kills: int) -> None:
        """Each time only after the worker was seen at work, so that it is hit in the middle of something."""
        for _ in range(kills):
            before = len(self.cloud.calls())
            wait_for(lambda n=before: over() or len(self.cloud.calls()) > n, PATIENCE)
            if over():
                return
            time.sleep(self.chance.uniform(0, 0.8))
            self.server.kill_worker()
            self.kills += 1
        wait_for(over, PATIENCE, lambda: (SEED, self.server.get("clusters", name, TENANT)))

    def live(self, name: str) -> None:
        """One cluster from its creation to its end."""
        pool, server = f"{name}-workers", self.server
        server.create("clusters", "Cluster", name, {"controlPlane": {"replicas": 3}}, TENANT)
        server.create("nodepools", "NodePool", pool, {"clusterName": name, "replicas": 2}, TENANT)
        if self.chance.random() < 0.7:  # else it is deleted while it is being made
            self.kill_until(lambda: _whole(server, name, 2), name, 3)
            for replicas in (4, 1):
                server.patch("nodepools", pool, {"spec": {"replicas": replicas}}, TENANT)
                self.kill_until(lambda n=replicas: _whole(server, name, n), name, 1)
        else:
            self.kill_until(lambda: len(self.cloud.objects()) > 2, name, 2)
        server.delete("clusters", name, TENANT)
        self.kill_until(lambda: server.get("clusters", name, TENANT) is None, name, 2)
        self.check_nothing_left(name)

    def check_nothing_left(self, name: str) -> None:
        assert self.cloud.objects() == [], f"seed {SEED}: left at the provider"
        said = [
            e["message"]
            for e in _events(self.server)
            if e["reason"] == "LedgerClosed" and e["involvedObject"]["name"] == name
        ]
        assert len(said) == 1, f"seed {SEED}"
        assert said[0].endswith("0 left"), f"seed {SEED}"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_killed_at_random_moments(server: Server) -> None:
    killer, lives = Killer(server), 0
    while killer.kills < KILLS:
        lives += 1
        killer.live(f"web{lives}")
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert server.list(plural, TENANT) == [], f"seed {SEED}: {plural} left"


def _events(server: Server) -> list[dict[str, Any]]:
    answer = server.request("GET", f"/api/v1/namespaces/{TENANT}/events")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
