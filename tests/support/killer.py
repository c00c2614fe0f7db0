"""Kills the worker now and then while clusters live their lives, and checks what comes of them."""

import os
import random
import time
from collections.abc import Callable
from typing import Any

from support.server import Server, wait_for

SEED = int(os.environ.get("SLIPWAY_SEED") or time.time_ns() % 1_000_000)


class Killer:
    """`work` is how many calls the provider has seen, `left` what it has that was made for the clusters."""

    def __init__(
        self,
        server: Server,
        tenant: str,
        *,
        work: Callable[[], int],
        left: Callable[[], object],
        longest: float,
        patience: float,
    ) -> None:
        self.server, self.tenant, self.chance, self.kills = server, tenant, random.Random(SEED), 0
        self._work, self._left, self._longest, self._patience = work, left, longest, patience

    def kill_until(self, over: Callable[[], bool], name: str, kills: int) -> None:
        """Each time only after the worker was seen at work, so that it is hit in the middle of something."""
        for _ in range(kills):
            before = self._work()
            wait_for(lambda n=before: over() or self._work() > n, self._patience)
            if over():
                return
            time.sleep(self.chance.uniform(0, self._longest))
            self.server.kill_worker()
            self.kills += 1
        wait_for(over, self._patience, lambda: (SEED, self.server.get("clusters", name, self.tenant)))

    def live(self, name: str, *, cut_short: bool) -> None:
        """One cluster from its creation to its end; cut short, it is deleted while it is being made."""
        pool, server, tenant = f"{name}-workers", self.server, self.tenant
        server.create("clusters", "Cluster", name, {"controlPlane": {"replicas": 3}}, tenant)
        server.create("nodepools", "NodePool", pool, {"clusterName": name, "replicas": 2}, tenant)
        if cut_short:
            self.kill_until(lambda: len(server.list("machines", tenant)) > 2, name, 2)
        else:
            self.kill_until(lambda: self._whole(name, 2), name, 3)
            for replicas in (4, 1):
                server.patch("nodepools", pool, {"spec": {"replicas": replicas}}, tenant)
                self.kill_until(lambda n=replicas: self._whole(name, n), name, 1)
        server.delete("clusters", name, tenant)
        self.kill_until(lambda: server.get("clusters", name, tenant) is None, name, 2)
        self._check_nothing_left(name)

    def _whole(self, name: str, workers: int) -> bool:
        ready = self.server.condition("clusters", name, self.tenant)
        pool = self.server.get("nodepools", f"{name}-workers", self.tenant)
        machines = [m for m in self.server.list("machines", self.tenant) if m["spec"]["cluster"] == name]
        return bool(
            ready and ready["status"] == "True"
            and pool and pool["status"].get("readyReplicas") == workers
            and len(machines) == 3 + workers
        )  # fmt: skip

    def _check_nothing_left(self, name: str) -> None:
        left = self._left()
        assert not left, f"seed {SEED}: left at the provider: {left}"
        said = [
            e["message"]
            for e in _events(self.server, self.tenant)
            if e["reason"] == "LedgerClosed" and e["involvedObject"]["name"] == name
        ]
        assert len(said) == 1, f"seed {SEED}"
        assert said[0].endswith("0 left"), f"seed {SEED}"


def _events(server: Server, tenant: str) -> list[dict[str, Any]]:
    answer = server.request("GET", f"/api/v1/namespaces/{tenant}/events")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
