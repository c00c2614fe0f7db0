"""A spec that cannot work is refused at once: the error names field, reason and way out."""

from collections.abc import Callable
from typing import Any

import pytest
from support.fake_site import TENANT, Site

from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.store import store
from tests.reconcile.life import settle, until

Spec = dict[str, Any]


def refused(call: Callable[[], object]) -> dict[str, str]:
    """The fields to blame, each with its message."""
    with pytest.raises(Invalid) as caught:
        call()
    status = caught.value.status()
    assert (status["code"], status["reason"]) == (422, "Invalid")
    causes = {cause["field"]: cause["message"] for cause in status["details"]["causes"]}
    assert all(field in status["message"] for field in causes), "kubectl shows the message alone"
    return causes


def cluster(**spec: Any) -> Spec:
    return {"controlPlane": {"replicas": 1}, **spec}


BORROWED = "10.50.0.0/24"

CLUSTERS = [
    ("two control planes", {"controlPlane": {"replicas": 2}}, "spec.controlPlane.replicas", ["1, 3 or 5"]),
    ("no control plane", {"controlPlane": {"replicas": 0}}, "spec.controlPlane.replicas", ["1, 3 or 5"]),
    ("pods over services", {"serviceCIDR": "10.244.8.0/22"}, "spec.serviceCIDR", ["10.244.0.0/16", "apart"]),
    ("pods over the network", {"network": "lan", "podCIDR": "10.48.0.0/14"}, "spec.podCIDR",
     [BORROWED, "network lan", "apart"]),
    ("services over the network", {"network": "lan", "serviceCIDR": "10.50.0.0/16"}, "spec.serviceCIDR",
     [BORROWED, "apart"]),
    ("too few pods", {"podCIDR": "10.244.0.0/24"}, "spec.podCIDR", ["/22 or larger"]),
    ("no CIDR", {"podCIDR": "10.244.0.0"}, "spec.podCIDR", ["/22 or larger"]),
    ("no network", {"podCIDR": "10.244"}, "spec.podCIDR", ["10.10.0.0/22"]),
    ("host bits", {"podCIDR": "10.244.0.1/16"}, "spec.podCIDR", ["host bits"]),
    ("pods in IPv6", {"podCIDR": "fd00::/48"}, "spec.podCIDR", ["IPv4"]),
    ("empty pods", {"podCIDR": ""}, "spec.podCIDR", []),
    ("a version of the past", {"version": "1.12.0"}, "spec.version", ["not on offer", "1.37.2"]),
    ("a version that is none", {"version": "newest"}, "spec.version", ["not on offer", "1.37.2"]),
    ("an unknown provider", {"provider": "moon"}, "spec.provider", ["moon", "fake"]),
    ("cpu in words", {"controlPlane": {"replicas": 1, "machine": {"cpu": "two"}}},
     "spec.controlPlane.machine.cpu", ["two", "500m"]),
    ("negative memory", {"controlPlane": {"replicas": 1, "machine": {"memory": "-4Gi"}}},
     "spec.controlPlane.machine.memory", ["-4Gi", "4Gi"]),
    ("no cpu at all", {"controlPlane": {"replicas": 1, "machine": {"cpu": "0"}}},
     "spec.controlPlane.machine.cpu", ["more than 0"]),
    ("too little memory", {"controlPlane": {"replicas": 1, "machine": {"memory": "4M"}}},
     "spec.controlPlane.machine.memory", ["512Mi or more"]),
    ("flavor and sizes", {"controlPlane": {"replicas": 1, "machine": {"flavor": "m1", "cpu": "2"}}},
     "spec.controlPlane.machine.flavor", ["either"]),
    ("an address of another network", {"endpoint": {"floatingIP": "front"}}, "spec.endpoint.floatingIP",
     ["network lan", "set spec.network"]),
    ("a storage pool twice", {"storagePools": ["fast", "fast"]}, "spec.storagePools", ["twice"]),
    ("an unknown field", {"controlPlanes": 3}, "spec.controlPlanes", []),
]  # fmt: skip


@pytest.fixture
def town(site: Site) -> Site:
    """A network with an address in it, to be borrowed."""
    site.create("Network", "networks", "lan", {"cidr": BORROWED})
    site.create("FloatingIP", "floatingips", "front", {"network": "lan"})
    site.work(lambda: (site.ready("floatingips", "front") or {}).get("status") == "True")
    return site


@pytest.mark.parametrize(
    ("spec", "field", "words"), [row[1:] for row in CLUSTERS], ids=[row[0] for row in CLUSTERS]
)
def test_a_cluster_that_cannot_work(town: Site, spec: Spec, field: str, words: list[str]) -> None:
    causes = refused(lambda: town.create("Cluster", "clusters", "web", cluster(**spec)))
    assert set(causes) == {field}
    assert all(word in causes[field] for word in words), causes[field]
    assert store.list("clusters", TENANT) == []


@pytest.mark.parametrize(
    ("kind", "plural", "name", "spec", "field", "words"),
    [
        ("Network", "networks", "wan", {"cidr": "10.50.0.128/25"}, "spec.cidr", ["lan", BORROWED, "free"]),
        ("Network", "networks", "tiny", {"cidr": "10.60.0.0/28"}, "spec.cidr", ["16 addresses", "/26"]),
        ("Network", "networks", "bad", {"cidr": "10.60/16"}, "spec.cidr", ["10.10.0.0/22"]),
        ("Network", "networks", "bad", {"dns": ["dns.example"]}, "spec.dns[0]", ["192.0.2.53"]),
        ("StoragePool", "storagepools", "big", {"capacity": "lots"}, "spec.capacity", ["lots", "4Gi"]),
        ("NodePool", "nodepools", "a", {"clusterName": "web", "replicas": -1}, "spec.replicas", []),
        ("NodePool", "nodepools", "a", {"replicas": 1}, "spec.clusterName", []),
        ("NodePool", "nodepools", "a" * 46, {"clusterName": "web"}, "metadata.name", ["at most 45"]),
        ("NodePool", "nodepools", "web-cp", {"clusterName": "web"}, "metadata.name", ["control planes"]),
        ("NodePool", "nodepools", "a", {"clusterName": "web", "labels": {"tier": "not so"}}, "spec.labels",
         ["not so", "63"]),
        ("NodePool", "nodepools", "a", {"clusterName": "web", "labels": {"node-role.kubernetes.io/x": ""}},
         "spec.labels", ["keeps", "domain of yours"]),
        ("NodePool", "nodepools", "a",
         {"clusterName": "web", "taints": [{"key": "a b", "effect": "NoSchedule"}]}, "spec.taints[0]", ["a b"]),
        ("NodePool", "nodepools", "a",
         {"clusterName": "web", "taints": [{"key": "a", "value": v, "effect": "NoExecute"} for v in "xy"]},
         "spec.taints", ["twice"]),
        ("Cluster", "clusters", "a" * 41, cluster(), "metadata.name", ["at most 40"]),
        ("Cluster", "clusters", "a.b", cluster(), "metadata.name", ["dot"]),
    ],
)  # fmt: skip
def test_other_specs_that_cannot_work(
    town: Site, kind: str, plural: str, name: str, spec: Spec, field: str, words: list[str]
) -> None:
    causes = refused(lambda: town.create(kind, plural, name, spec))
    assert set(causes) == {field}
    assert all(word in causes[field] for word in words), causes[field]


@pytest.mark.parametrize(
    ("spec", "field", "words"),
    [
        ({"driver": "moonbeam"}, "spec.driver", ["moonbeam", "fake", "local"]),
        ({"driver": "fake"}, "spec.settings.path", ["required"]),
        ({"driver": "fake", "settings": {"path": "x", "machines": -1}}, "spec.settings.machines", []),
        ({"driver": "fake", "settings": {"path": "x", "color": "red"}}, "spec.settings.color", []),
    ],
)
def test_a_provider_that_cannot_work(site: Site, spec: Spec, field: str, words: list[str]) -> None:
    causes = refused(lambda: site.create("Provider", "providers", "other", spec, namespace=""))
    assert set(causes) == {field}
    assert all(word.lower() in causes[field].lower() for word in words), causes[field]


@pytest.mark.parametrize(
    ("plural", "name", "change", "field"),
    [
        ("clusters", "web", {"podCIDR": "10.32.0.0/16"}, "spec.podCIDR"),
        ("clusters", "web", {"serviceCIDR": "10.32.0.0/16"}, "spec.serviceCIDR"),
        ("clusters", "web", {"network": ""}, "spec.network"),
        ("clusters", "web", {"version": "1.36.3"}, "spec.version"),
        ("clusters", "web", {"endpoint": {"floatingIP": ""}}, "spec.endpoint.floatingIP"),
        ("nodepools", "web-workers", {"clusterName": "other"}, "spec.clusterName"),
        ("networks", "lan", {"cidr": "10.70.0.0/24"}, "spec.cidr"),
        ("floatingips", "front", {"network": "other"}, "spec.network"),
    ],
)
def test_what_cannot_be_changed_later(town: Site, plural: str, name: str, change: Spec, field: str) -> None:
    town.cluster(control_planes=1, workers=1, network="lan", endpoint={"floatingIP": "front"})
    causes = refused(lambda: town.edit(plural, name, lambda d: d["spec"].update(change)))
    assert set(causes) == {field}
    assert "make a new" in causes[field]


def test_an_own_address_stays_the_clusters_own(town: Site) -> None:
    """The endpoint is in every kubeconfig and certificate: it cannot move to another address."""
    town.cluster(control_planes=1, workers=1, network="lan")
    change = {"endpoint": {"floatingIP": "front"}}
    causes = refused(lambda: town.edit("clusters", "web", lambda d: d["spec"].update(change)))
    assert set(causes) == {"spec.endpoint.floatingIP"}


def _used_by(site: Site) -> str:
    address = site.get("floatingips", "front")
    assert address is not None
    return str(address["status"].get("usedBy"))


def test_an_address_is_used_once(town: Site) -> None:
    """Before anybody has looked at the first cluster, too; and it is free as soon as that one is gone."""
    borrowing = cluster(network="lan", endpoint={"floatingIP": "front"})
    town.create("Cluster", "clusters", "web", borrowing)
    causes = refused(lambda: town.create("Cluster", "clusters", "shop", borrowing))
    assert "used by cluster web" in causes["spec.endpoint.floatingIP"]
    town.work(lambda: _used_by(town) == "web")
    store.delete("clusters", TENANT, "web")
    town.work(lambda: town.get("clusters", "web") is None)
    town.work(lambda: _used_by(town) == "")
    town.create("Cluster", "clusters", "shop", borrowing)
    town.create("NodePool", "nodepools", "shop-workers", {"clusterName": "shop", "replicas": 1})
    settle(town, 1, 1, "shop")


def test_an_address_of_another_cluster_is_no_address_to_borrow(town: Site) -> None:
    town.cluster(control_planes=1, workers=1, network="lan")
    settle(town, 1, 1)
    borrowing = cluster(network="lan", endpoint={"floatingIP": "web"})
    causes = refused(lambda: town.create("Cluster", "clusters", "shop", borrowing))
    assert "used by cluster web" in causes["spec.endpoint.floatingIP"]


def test_an_address_that_comes_later_serves_the_first_that_named_it(town: Site) -> None:
    """Both named it before it was there, as one `kubectl apply` of several manifests may do."""
    borrowing: Spec = {"network": "lan", "endpoint": {"floatingIP": "late"}}
    town.cluster("shop", control_planes=1, workers=1, **borrowing)
    town.cluster(control_planes=1, workers=1, **borrowing)
    town.create("FloatingIP", "floatingips", "late", {"network": "lan"})
    names = ("shop", "web")
    town.work(lambda: any((town.ready(name=n) or {}).get("status") == "True" for n in names))
    first = next(n for n in names if (town.ready(name=n) or {}).get("status") == "True")
    second = next(n for n in names if n != first)
    blocked = until(town, lambda c: c["status"] == "True", "Blocked", second)
    assert blocked["reason"] == "FloatingIPInUse"
    assert first in blocked["message"]
    store.delete("clusters", TENANT, first)
    settle(town, 1, 1, second)


def test_what_is_missing_is_waited_for(site: Site) -> None:
    """A reference may come later: it is said who has to act, and the cluster goes on by itself."""
    site.cluster(control_planes=1, workers=1, network="lan", storagePools=["fast"])
    blocked = until(site, lambda c: c["status"] == "True", "Blocked")
    assert blocked["reason"] == "NetworkNotFound"
    assert "create it" in blocked["message"]
    site.create("Network", "networks", "lan", {})
    blocked = until(site, lambda c: c["reason"] == "StoragePoolNotFound", "Blocked")
    assert "storage pool fast does not exist" in blocked["message"]
    site.create("StoragePool", "storagepools", "fast", {})
    settle(site, 1, 1)


@pytest.mark.parametrize(
    ("kind", "plural", "field"),
    [("Network", "networks", "spec.network"), ("FloatingIP", "floatingips", "spec.endpoint.floatingIP")],
)
def test_an_object_of_the_same_name_is_not_taken_for_the_clusters_own(
    site: Site, kind: str, plural: str, field: str
) -> None:
    """It would not go with the cluster, and another might use it: the tenant says what is meant."""
    site.create(kind, plural, "web", {})
    site.cluster(control_planes=1, workers=1)
    blocked = until(site, lambda c: c["status"] == "True", "Blocked")
    assert blocked["reason"] == "NameTaken"
    assert field in blocked["message"]
    assert "ensure_machine" not in site.cloud.calls()
    store.delete(plural, TENANT, "web")
    settle(site, 1, 1)
