"""Fills a Slipway with simulated clusters in every state, and keeps them moving: `make demo-fake`."""

import json
import random
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import requests

GROUP = "/apis/slipway.dev/v1"
CLUSTERS = 200
TENANTS = {
    "retail": "Retail shops",
    "payments": "Payments",
    "research": "Research and data",
    "media": "Media delivery",
    "sandbox": "Sandbox for everybody",
}
PROVIDERS: dict[str, dict[str, Any]] = {
    "north": {"latency": 0.02},
    "south": {"latency": 0.4},
    "edge": {"machines": 30},  # full after a few clusters: those that come later are blocked
    "lab": {},  # answers badly: its clusters fail and come back
}
WORDS = ("web", "shop", "api", "search", "train", "batch", "edge", "cdn", "ledger", "ingest", "blue", "green")
STEP = 2.0


class Demo:
    """An administrator with a plan."""

    def __init__(self, home: Path, port: str) -> None:
        self._home, self._url = home, f"https://127.0.0.1:{port}"
        config = json.loads((home / "admin.kubeconfig").read_text())
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(home / "tls/ca.crt")
        self._session.headers["Authorization"] = f"Bearer {config['users'][0]['user']['token']}"

    def furnish(self) -> None:
        """Providers, tenants and clusters that are not there yet."""
        for name, settings in PROVIDERS.items():
            self._create(
                "Provider",
                "providers",
                name,
                {"driver": "fake", "settings": {**settings, "path": str(self._cloud(name))}},
            )
        for name, shown in TENANTS.items():
            quota = {"clusters": 60, "nodes": 400, "cpu": "1600", "memory": "4Ti", "storage": "20Ti"}
            self._create(
                "Tenant", "tenants", name, {"displayName": shown, "quota": quota, "defaultProvider": "north"}
            )
            self._create("StoragePool", "storagepools", "fast", {"capacity": "500Gi", "type": "ssd"}, name)
            self._create("StoragePool", "storagepools", "bulk", {"capacity": "4Ti", "type": "hdd"}, name)
            self._create("Network", "networks", "office", {}, name)
            self._create("FloatingIP", "floatingips", "public-1", {}, name)
        for number in range(len(self._clusters()), CLUSTERS):
            self._add_cluster(number)

    def move(self) -> None:
        """One thing that happens on such a platform."""
        clusters = self._clusters()
        chosen = random.choice(clusters)
        tenant, name = chosen["metadata"]["namespace"], chosen["metadata"]["name"]
        match random.choices(("grow", "break", "lose", "replace"), (5, 3, 2, 2))[0]:
            case "grow":
                change = {"spec": {"replicas": random.randint(1, 5)}}
                self._send("PATCH", f"/namespaces/{tenant}/nodepools/{name}-workers", change)
            case "break":
                self._fail(
                    "lab", random.choice(("list_machines", "observe", "ensure_machine", "run:join_workers"))
                )
            case "lose":
                machines = self._list(
                    f"/namespaces/{tenant}/machines?labelSelector=slipway.dev/cluster={name}"
                )
                if machines:
                    self._send("DELETE", f"/namespaces/{tenant}/machines/{machines[-1]['metadata']['name']}")
            case "replace":
                if len(clusters) >= CLUSTERS:
                    self._send("DELETE", f"/namespaces/{tenant}/clusters/{name}")
                self._add_cluster(random.randrange(1000, 9999))

    def _add_cluster(self, number: int) -> None:
        tenant = list(TENANTS)[number % len(TENANTS)]
        provider = random.choices(list(PROVIDERS), (8, 4, 2, 2))[0]
        name = f"{WORDS[number % len(WORDS)]}-{number:03}"
        shape = {"cpu": random.choice(("2", "4", "8")), "memory": random.choice(("4Gi", "8Gi", "16Gi"))}
        self._create(
            "Cluster",
            "clusters",
            name,
            {
                "provider": provider,
                "controlPlane": {"replicas": random.choice((1, 3)), "machine": shape},
                "storagePools": ["fast"] if provider == "north" and number % 3 == 0 else [],
            },
            tenant,
        )
        pool = {"clusterName": name, "replicas": random.randint(1, 4), "machine": shape}
        self._create("NodePool", "nodepools", f"{name}-workers", pool, tenant)

    def _fail(self, provider: str, call: str) -> None:
        with sqlite3.connect(self._cloud(provider), timeout=30) as db:
            db.execute(
                "INSERT INTO faults (call, skip, times, error, moment) VALUES (?, 0, ?, 'Unavailable', 'before')",
                (call, random.randint(2, 8)),
            )

    def _cloud(self, provider: str) -> Path:
        return self._home / f"cloud-{provider}.sqlite3"

    def _clusters(self) -> list[dict[str, Any]]:
        return self._list("/clusters")

    def _list(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._send("GET", path).json()["items"]
        return items

    def _create(self, kind: str, plural: str, name: str, spec: dict[str, Any], tenant: str = "") -> None:
        place = f"/namespaces/{tenant}" if tenant else ""
        document = {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        answer = self._send("POST", f"{place}/{plural}", document)
        if answer.status_code not in (201, 409):
            sys.stderr.write(f"{kind} {name}: {answer.json()['message']}\n")

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return self._session.request(
            method, self._url + GROUP + path, json=body, headers={"Content-Type": kind}, timeout=60
        )


def main() -> None:
    """Until Ctrl-C."""
    demo = Demo(Path(sys.argv[1]), sys.argv[2])
    try:
        demo.furnish()
        while True:
            demo.move()
            time.sleep(STEP)
    except KeyboardInterrupt:
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
