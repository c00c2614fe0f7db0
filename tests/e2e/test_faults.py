"""What can go wrong on a real machine: killed workers, a deletion half-way, an engine that is away, a broken bundle."""

import json
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e.conftest import TENANT, Site
from support.server import Server, wait_for

from provisioning import versions
from provisioning.bundles.layout import bundle_dir, default_cache, host_arch

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]


def _cluster(site: Site, name: str, workers: int, provider: str = "local") -> None:
    spec = {"provider": provider, "controlPlane": {"replicas": 1}}
    site.server.create("clusters", "Cluster", name, spec, TENANT)
    pool = {"clusterName": name, "replicas": workers}
    site.server.create("nodepools", "NodePool", f"{name}-workers", pool, TENANT)


def _kill_while(site: Site, name: str, seconds: float) -> None:
    time.sleep(seconds)
    wait_for(lambda: site.server.worker() is not None, 60)
    site.server.kill_worker()


def test_workers_killed_in_create_scale_and_delete(site: Site) -> None:
    chance = random.Random()
    _cluster(site, "killed", 1)
    _kill_while(site, "killed", chance.uniform(1, 15))
    site.wait_ready("killed", 400)
    site.server.patch("nodepools", "killed-workers", {"spec": {"replicas": 2}}, TENANT)
    _kill_while(site, "killed", chance.uniform(0.5, 5))
    wait_for(lambda: _ready_workers(site) == 2, 240)
    site.wait_ready("killed")
    assert len(site.inside("killed", "get", "nodes", "-o", "name").split()) == 3
    site.server.delete("clusters", "killed", TENANT)
    _kill_while(site, "killed", chance.uniform(0, 2))
    site.wait_gone("killed")
    assert site.left_in_engine() == []
    assert site.ledger_closed("killed")[0].endswith("0 left")


def _ready_workers(site: Site) -> int:
    pool = site.server.get("nodepools", "killed-workers", TENANT) or {}
    return int(pool.get("status", {}).get("readyReplicas", 0))


@pytest.mark.parametrize("seconds", [1, 4, 10])
def test_deleted_while_it_is_made(site: Site, seconds: int) -> None:
    name = f"short{seconds}"
    _cluster(site, name, 1)
    time.sleep(seconds)
    site.server.delete("clusters", name, TENANT)
    site.wait_gone(name)
    assert site.left_in_engine() == []
    assert site.ledger_closed(name)[0].endswith("0 left")


def test_an_engine_that_is_away_and_comes_back_with_everything_stopped(site: Site, tmp_path: Path) -> None:
    """As a restart of the engine does: no answer for a while, then machines that do not run."""
    door = tmp_path / "engine.sock"
    with _door_to_engine(door) as switch:
        settings = {"socket": f"unix://{door}"}
        site.server.create("providers", "Provider", "fickle", {"driver": "local", "settings": settings})
        _cluster(site, "patient", 1, provider="fickle")
        site.wait_ready("patient", 400)
        switch.clear()
        for container in site.engine.containers.list(filters={"label": f"slipway.dev/tenant={TENANT}"}):
            container.kill()
        wait_for(
            lambda: "ProviderUnavailable" in _reason(site, "patient"), 60, lambda: _reason(site, "patient")
        )
        switch.set()
        site.wait_ready("patient", 300)
        assert len(site.inside("patient", "get", "nodes", "-o", "name").split()) == 2
        site.server.delete("clusters", "patient", TENANT)
        site.wait_gone("patient")
    site.server.delete("providers", "fickle")


def _reason(site: Site, name: str) -> str:
    found = site.server.condition("clusters", name, TENANT) or {}
    return f"{found.get('reason')}: {found.get('message')}"


@contextmanager
def _door_to_engine(path: Path) -> Iterator[threading.Event]:
    """A socket in front of the engine's that can be shut: connections are refused while the event is clear."""
    switch = threading.Event()
    switch.set()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(64)
    threading.Thread(target=_serve, args=(listener, switch), daemon=True).start()
    try:
        yield switch
    finally:
        listener.close()


def _serve(listener: socket.socket, switch: threading.Event) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        if not switch.is_set():
            near.close()
            continue
        far = socket.socket(socket.AF_UNIX)
        far.connect("/var/run/docker.sock")
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pump, args=(source, sink, switch), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, switch: threading.Event) -> None:
    """A shut door also ends the connections that clients keep."""
    try:
        while (data := source.recv(65536)) and switch.is_set():
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
        source.shutdown(socket.SHUT_RDWR)
    except OSError:
        source.close()
        sink.close()


def test_a_bundle_with_a_wrong_checksum_is_named(tmp_path: Path) -> None:
    """A server of its own, whose cache has a bundle with one byte changed."""
    whole = bundle_dir(default_cache(), versions.DEFAULT, host_arch()).root
    broken = tmp_path / "cache" / "bundles" / whole.name
    shutil.copytree(whole, broken, copy_function=_link)
    victim = broken / "bin" / "kubectl"
    content = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    server = Server(tmp_path / "home", SLIPWAY_CACHE=str(tmp_path / "cache"))
    server.start()
    try:
        server.create("providers", "Provider", "local", {"driver": "local"})
        server.create("tenants", "Tenant", "broken", {})
        server.create("clusters", "Cluster", "web", {"controlPlane": {"replicas": 1}}, "broken")
        wait_for(
            lambda: (server.condition("clusters", "web", "broken") or {}).get("reason") == "BundleCorrupt",
            120,
            lambda: json.dumps(server.get("clusters", "web", "broken")),
        )
        said = server.condition("clusters", "web", "broken")["message"]
        assert "bin/kubectl" in said
        assert "slipway bundle build" in said
        server.delete("clusters", "web", "broken")
        wait_for(lambda: server.get("clusters", "web", "broken") is None, 120)
    finally:
        server.stop()


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
