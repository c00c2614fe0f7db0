"""Hosts with Ubuntu: prepared from the bundle, a real cluster on one of each system, and given back as they were."""

from collections.abc import Mapping

import pytest
from e2e.conftest import TENANT, running
from support.server import wait_for

from tests.support.bare.rack import Rack, rack
from tests.support.bare.traces import Traces, traces
from tests.support.bare.ubuntu import ensure_keyring

pytestmark = [pytest.mark.real, pytest.mark.baremetal, pytest.mark.unhurried, pytest.mark.timeout(2400)]
SYSTEMS = {"ubuntu": "ubuntu-24.04", "debian": "debian-12"}


def test_a_cluster_of_ubuntu_and_debian(tmp_path_factory: pytest.TempPathFactory) -> None:
    ensure_keyring(tmp_path_factory.mktemp("keyring"))
    with rack() as room:
        for name, system in SYSTEMS.items():
            room.add(name, system=system)
        room.wait()
        before = {host.name: traces(host) for host in room.hosts}
        settings = {"network": str(room.subnet), "addresses": room.addresses}
        with running(
            tmp_path_factory.mktemp("ubuntu"), "room", {"driver": "baremetal", "settings": settings}
        ) as site:
            for host in room.hosts:
                spec = {"address": host.address, "secrets": {"privateKey": room.key}}
                made = {"metadata": {"labels": {"system": host.name}}}
                site.server.create("hosts", "Host", host.name, spec)
                site.server.patch("hosts", host.name, made)
            site.server.create("clusters", "Cluster", "mixed", _declared("ubuntu"), TENANT)
            pool = {"clusterName": "mixed", "replicas": 1, "machine": {"labels": {"system": "debian"}}}
            site.server.create("nodepools", "NodePool", "mixed-workers", pool, TENANT)
            site.wait_ready("mixed", 1500)
            systems = site.inside(
                "mixed", "get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.osImage}"
            )
            assert "Ubuntu 24.04" in systems
            assert "Debian GNU/Linux 12" in systems

            site.server.delete("clusters", "mixed", TENANT)
            site.wait_gone("mixed", 400)
            (closed,) = site.ledger_closed("mixed")
            assert closed.endswith("0 left"), closed
            wait_for(lambda: not _left(room, before), 30, lambda: str(_left(room, before)))


def _left(room: Rack, before: Mapping[str, Traces]) -> dict[str, list[str]]:
    return {host.name: more for host in room.hosts if (more := traces(host).more_than(before[host.name]))}


def _declared(system: str) -> dict[str, object]:
    return {"controlPlane": {"replicas": 1, "machine": {"labels": {"system": system}}}}
