"""Inside a cluster on a real OpenStack: its own credential, load balancers of Services, rotation."""

import json
import subprocess
from typing import Any

import pytest
from e2e.conftest import TENANT, Site
from support.server import wait_for

from tests.support.openstack import lab

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(2400)]
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: front}
spec:
  type: LoadBalancer
  selector: {app: front}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec:
      containers:
      - name: front
        image: slipway.dev/k8s/busybox:1.35.0
        imagePullPolicy: Never
        command: [sh, -c, "cd /tmp && echo hello from inside > index.html && busybox httpd -f -p 8080"]
"""


def test_a_cluster_reaches_its_cloud_with_a_credential_of_its_own(site: Site) -> None:
    spec = {"provider": "lab", "controlPlane": {"replicas": 1}}
    site.server.create("clusters", "Cluster", "inner", spec, TENANT)
    site.server.create(
        "nodepools", "NodePool", "inner-workers", {"clusterName": "inner", "replicas": 1}, TENANT
    )
    site.wait_ready("inner", 900)

    nodes = _inside(site, "get", "nodes")["items"]
    assert [n["spec"]["providerID"].startswith("openstack:///") for n in nodes] == [True, True]
    assert [t["key"] for n in nodes for t in n["spec"].get("taints", []) if "uninitialized" in t["key"]] == []
    assert all(n["metadata"]["labels"]["topology.kubernetes.io/zone"] == "lab" for n in nodes)
    unavailable = _condition(site, "AddonUnavailable")
    assert "openstack-cloud-controller-manager" not in unavailable["message"]
    first = _credentials()
    assert len(first) == 1

    site.server.patch(
        "clusters", "inner", {"metadata": {"annotations": {"slipway.dev/rotate-credential": "1"}}}, TENANT
    )
    wait_for(lambda: len(_credentials() - first) == 1 and not _credentials() & first, 240)
    (second,) = _credentials()

    path = site.server.home / "front.yaml"
    path.write_text(SERVICE)
    site.inside("inner", "apply", "-f", str(path))
    wait_for(lambda: bool(_address(site)), 300)  # by the credential that is in force now
    wait_for(lambda: "hello from inside" in _get(_address(site)), 120, lambda: _get(_address(site)))
    uid = site.server.get("clusters", "inner", TENANT)["metadata"]["uid"]  # type: ignore[index]
    assert [name for name in _balancers() if name.startswith(f"kube_service_{uid}_")]

    site.server.delete("clusters", "inner", TENANT)
    site.wait_gone("inner", 400)
    (closed,) = site.ledger_closed("inner")
    assert closed.endswith(" 0 left"), closed
    assert second not in _credentials()
    assert not [name for name in _balancers() if name.startswith(f"kube_service_{uid}_")]


def _inside(site: Site, *words: str) -> Any:
    return json.loads(site.inside("inner", *words, "-o", "json"))


def _condition(site: Site, kind: str) -> dict[str, Any]:
    found = site.server.condition("clusters", "inner", TENANT, kind)
    assert found is not None
    return found


def _address(site: Site) -> str:
    given = _inside(site, "get", "service", "front")["status"].get("loadBalancer", {}).get("ingress") or [{}]
    return str(given[0].get("ip", ""))


def _get(address: str) -> str:
    command = ["curl", "-s", "-m5", f"http://{address}/"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _credentials() -> set[str]:
    admin = lab.connect("admin", "admin")
    found = admin.identity.application_credentials(admin.current_user_id)
    return {c.name for c in found if c.name.startswith(f"slipway-{TENANT}-inner-credential")}


def _balancers() -> list[str]:
    return [str(b.name) for b in lab.connect("admin", "admin").load_balancer.load_balancers()]
