"""A quota of a real Nova that is short: planned, warned of, waited for, and gone on from when it is raised."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.conftest import TENANT, Site
from e2e.openstack.conftest import SIMULATED
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(900)]
MANIFEST = """
apiVersion: slipway.dev/v1
kind: Cluster
metadata: {name: short}
spec: {provider: simulated, controlPlane: {replicas: 3}}
"""


@pytest.fixture
def project(site: Site) -> Iterator[Any]:
    """The tenant's, made with its first object; whatever becomes of its quota of cores is undone."""
    admin = lab.connect("admin", "admin")
    site.server.create("networks", "Network", "first", {"provider": SIMULATED}, TENANT)
    site.tenant_kubectl("wait", "--for=condition=Ready", "network/first", "--timeout=120s", timeout=150)
    network = site.server.get("networks", "first", TENANT)
    assert network is not None
    owner = admin.network.find_network(network["status"]["outsideName"], ignore_missing=False).project_id
    yield admin.identity.get_project(owner)
    admin.compute.revert_quota_set(owner)
    site.tenant_kubectl("delete", "network/first", "--timeout=60s", timeout=90)


def test_a_core_quota_that_is_short_and_is_raised(site: Site, project: Any, tmp_path: Path) -> None:
    admin = lab.connect("admin", "admin")
    cores = _cores(admin)
    manifest = tmp_path / "short.yaml"
    manifest.write_text(MANIFEST)
    admin.compute.update_quota_set(project.id, cores=2 * cores)
    _blocks(
        site,
        project,
        manifest,
        f"cores short by {cores} ({3 * cores} needed, {2 * cores} of {2 * cores} free)",
    )

    admin.compute.update_quota_set(project.id, cores=3 * cores)
    site.wait_ready("short", 180)
    assert len(_servers(project.name)) == 3
    assert site.server.condition("clusters", "short", TENANT, "Blocked")["status"] == "False"  # type: ignore[index]
    site.server.delete("clusters", "short", TENANT)
    site.wait_gone("short", 300)
    (closed,) = site.ledger_closed("short")
    assert closed.endswith(" 0 left"), closed


def _blocks(site: Site, project: Any, manifest: Path, words: str) -> None:
    """Warned of before and at its creation, planned, and waited for with nothing made."""
    assert words in _apply(site, manifest, "--dry-run=server")
    assert words in _apply(site, manifest)
    blocked = _blocked(site, words)
    assert blocked["reason"] == "QuotaExceeded"
    assert "have the provider's operator raise it" in blocked["message"]
    assert _servers(project.name) == []
    plan = json.loads(site.kubectl("get", "--raw", site.server.path("clusters", "short/plan", TENANT)))
    assert (plan["fits"], [s["message"] for s in plan["shortfalls"]]) == (False, [words])
    assert [m["flavor"] for m in plan["machines"]] == ["lab.small"]


def _cores(admin: Any) -> int:
    return int(next(f.vcpus for f in admin.compute.flavors() if f.name == "lab.small"))


def _apply(site: Site, manifest: Path, *options: str) -> str:
    """What kubectl warns of."""
    command = ["kubectl", "--kubeconfig", str(site.server.kubeconfig), "-n", TENANT, "apply", *options]
    done = subprocess.run(
        [*command, "-f", str(manifest)], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stderr


def _blocked(site: Site, words: str) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        return site.server.condition("clusters", "short", TENANT, "Blocked") or {}

    wait_for(lambda: words in look().get("message", ""), 60, look)
    return look()


def _servers(project: str) -> list[str]:
    """As somebody in the tenant's project sees them."""
    return [server.name for server in lab.connect("admin", project).compute.servers()]
