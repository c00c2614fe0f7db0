"""kill -9 of the worker at random moments of create, scale and delete ends in the right cluster or none.

SLIPWAY_KILLS sets how many (30), SLIPWAY_SEED repeats a run (a new one each time, printed when it fails).
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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
        settings = {
            "path": str(home / "cloud.sqlite3"),
            "latency": 0.1,
        }  # slow enough to be hit in the middle
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


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_killed_at_random_moments(server: Server) -> None:
    chance, cloud = random.Random(SEED), FakeCloud(str(server.home / "cloud.sqlite3"))
    kills, life = 0, 0

    def kill_during(over: Callable[[], bool], wanted: int) -> None:
        """Each time only after the worker was seen at work, so that it is hit in the middle of something."""
        nonlocal kills
        for _ in range(wanted):
            before = len(cloud.calls())
            wait_for(lambda n=before: over() or len(cloud.calls()) > n, PATIENCE)
            if over():
                return
            time.sleep(chance.uniform(0, 0.8))
            server.kill_worker()
            kills += 1

    while kills < KILLS:
        life += 1
        name = f"web{life}"
        server.create("clusters", "Cluster", name, {"controlPlane": {"replicas": 3}}, TENANT)
        server.create(
            "nodepools", "NodePool", f"{name}-workers", {"clusterName": name, "replicas": 2}, TENANT
        )
        kill_during(lambda: _whole(server, name, 2), 3)
        if chance.random() < 0.7:  # else it is deleted while it is being made
            wait_for(
                lambda: _whole(server, name, 2),
                PATIENCE,
                lambda: (SEED, server.get("clusters", name, TENANT)),
            )
            for replicas in (4, 1):
                server.patch("nodepools", f"{name}-workers", {"spec": {"replicas": replicas}}, TENANT)
                kill_during(lambda n=replicas: _whole(server, name, n), 1)
                wait_for(
                    lambda n=replicas: _whole(server, name, n),
                    PATIENCE,
                    lambda: (SEED, server.get("clusters", name, TENANT)),
                )
        server.delete("clusters", name, TENANT)
        kill_during(lambda: server.get("clusters", name, TENANT) is None, 2)
        wait_for(
            lambda: server.get("clusters", name, TENANT) is None,
            PATIENCE,
            lambda: (SEED, server.get("clusters", name, TENANT)),
        )
        assert cloud.objects() == [], f"seed {SEED}: left at the provider"
        closed = [
            e
            for e in _events(server)
            if e["reason"] == "LedgerClosed" and e["involvedObject"]["name"] == name
        ]
        assert len(closed) == 1, f"seed {SEED}"
        assert closed[0]["message"].endswith("0 left"), f"seed {SEED}"
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert server.list(plural, TENANT) == [], f"seed {SEED}: {plural} left"


def _events(server: Server) -> list[dict[str, dict[str, str]]]:
    answer = server.request("GET", f"/api/v1/namespaces/{TENANT}/events")
    items: list[dict[str, dict[str, str]]] = answer.json()["items"]
    return items
