"""docker-compose.yml, really run: two web processes, two workers, PostgreSQL and Redis bring up a cluster."""

import json
from collections.abc import Iterator

import pytest

from tests.support.compose import Compose, Watched, composed, kill
from tests.support.server import wait_for
from tests.support.stand_ins import base_images, docker

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]

CLOUD = "/var/cache/slipway/cloud.sqlite3"  # on the volume that all workers share
CLUSTERS = "/namespaces/acme/clusters"
PATIENCE = 240


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """The whole of it, with a fake provider and a tenant made through the first web process."""
    folder = tmp_path_factory.mktemp("compose")
    with base_images(folder), composed(folder) as compose:
        first, second = compose.web(1), compose.web(2)
        wait_for(lambda: first.answers() and second.answers(), PATIENCE, lambda: compose("logs", "--tail=20"))
        settings = {"path": CLOUD, "latency": 0.3}  # slow enough to be hit in the middle
        first.create("/providers", "Provider", "fake", {"driver": "fake", "settings": settings})
        first.create("/tenants", "Tenant", "acme", {"displayName": "Acme"})
        yield compose


def test_a_cluster_outlives_its_worker_and_a_web_process(site: Compose) -> None:
    first, seen = site.web(1), site.web(2).watch(CLUSTERS)
    first.create(CLUSTERS, "Cluster", "web", {"controlPlane": {"replicas": 3}})
    first.create("/namespaces/acme/nodepools", "NodePool", "workers", {"clusterName": "web", "replicas": 2})
    kill(_worker_at_work(site))
    kill(site.containers("web-1")[0])

    wait_for(lambda: _is_ready(seen), PATIENCE, lambda: (seen.last, site("logs", "--tail=20")))
    assert _machines(site) == 5
    wait_for(lambda: len(site.containers("worker")) == 2 and first.answers(), PATIENCE)

    assert first.request("DELETE", f"{CLUSTERS}/web").ok
    wait_for(
        lambda: seen.last["web"]["type"] == "DELETED",
        PATIENCE,
        lambda: (seen.last, site("logs", "--tail=20")),
    )
    for plural in ("machines", "nodepools", "networks", "floatingips", "runs"):
        assert first.list(f"/namespaces/acme/{plural}") == []
    assert _left_at_the_provider(site) == "[]"


def test_nothing_runs_as_root_or_writes_into_its_image(site: Compose) -> None:
    for container in site.containers():
        state = json.loads(docker("inspect", container))[0]
        if not state["State"]["Running"]:
            continue  # `prepare` has done its work
        name = state["Name"]
        assert docker("exec", container, "id", "-u") != "0", name
        assert state["HostConfig"]["ReadonlyRootfs"], name
        assert state["HostConfig"]["CapDrop"] == ["ALL"], name


@pytest.mark.parametrize("variable", ["SLIPWAY_ENCRYPTION_KEY", "SLIPWAY_DATABASE_PASSWORD"])
def test_a_secret_that_is_missing_is_named(site: Compose, variable: str) -> None:
    done = site.run("config", without=variable)
    assert done.returncode != 0
    assert variable in done.stderr
    assert "set it in .env" in done.stderr


def _machines(site: Compose) -> int:
    return len(site.web(2).list("/namespaces/acme/machines"))


def _is_ready(seen: Watched) -> bool:
    document = seen.last.get("web", {}).get("object", {})
    conditions = document.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _worker_at_work(site: Compose) -> str:
    """A worker that was seen to have the cluster: asked again, nobody might, for a pass may just have ended."""
    held: list[str] = []

    def at_work() -> bool:
        held[:] = [_holder(site)]
        return held[0] != "" and _machines(site) > 0

    wait_for(at_work, PATIENCE, lambda: site("logs", "--tail=20"))
    return held[0]


def _holder(site: Compose) -> str:
    """The container of the worker that has the cluster just now; empty between passes."""
    query = "SELECT holder FROM provisioning_work WHERE plural = 'clusters'"
    row = site("exec", "-T", "postgres", "psql", "-h", "/run/postgresql", "-U", "slipway", "-tAc", query)
    return row.strip().partition(":")[0]


def _left_at_the_provider(site: Compose) -> str:
    look = f"from provisioning.drivers.fake.cloud import FakeCloud; print(FakeCloud({CLOUD!r}).objects())"
    return site("exec", "-T", "ticker", "python", "-c", look).strip()
