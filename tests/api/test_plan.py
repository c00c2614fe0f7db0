"""clusters/NAME/plan over HTTP: of what is declared, and of manifests that were not applied; and warnings of writes."""

import uuid
from pathlib import Path

import pytest
import yaml

from tests.api.tenancy_server import API, running_web

EXAMPLES = Path(__file__).parents[2] / "examples"
SHAPE = {"cpu": "2", "memory": "4Gi"}
GIB = 2**30


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A web process without a worker: nothing that is planned is made. Room for six cores."""
    home = tmp_path_factory.mktemp("plan")
    with running_web(home) as client:
        settings = {"path": str(home / "cloud.sqlite3"), "cpu": 6}
        made(client, "providers", "Provider", "fake", {"driver": "fake", "settings": settings})
        yield client


@pytest.fixture
def admin(site):
    """The administrator, with a tenant that nobody has used."""
    site.tenant = f"t-{uuid.uuid4().hex[:8]}"
    quota = {"nodes": 8, "cpu": "12"}
    made(site, "tenants", "Tenant", site.tenant, {"displayName": "Plans", "quota": quota})
    return site


def plan_of(client, name="web"):
    return f"{API}/namespaces/{client.tenant}/clusters/{name}/plan"


def made(client, plural, kind, name, spec, namespace=""):
    where = f"{API}/namespaces/{namespace}/{plural}" if namespace else f"{API}/{plural}"
    document = manifest(kind, name, spec)
    status, answer = client("POST", where, document)
    assert status == 201, answer
    return answer


def manifest(kind, name, spec, **meta):
    return {
        "apiVersion": "slipway.dev/v1",
        "kind": kind,
        "metadata": {"name": name, **meta},
        "spec": spec,
    }


def manifests(*, control_planes=1, workers=2, name="web", **spec):
    shape = {"replicas": control_planes, "machine": SHAPE}
    pool = {"clusterName": name, "replicas": workers, "machine": SHAPE}
    return {
        "kind": "List",
        "apiVersion": "v1",
        "items": [
            manifest("NodePool", f"{name}-workers", pool),
            manifest("Cluster", name, {"controlPlane": shape, **spec}),
        ],
    }


def planned(client, body, name="web"):
    status, answer = client("POST", plan_of(client, name), body)
    assert status == 201, answer
    return answer


def row(plan, where, resource):
    return next(r for r in plan["quota"][where] if r["resource"] == resource)


def test_a_manifest_is_planned_and_nothing_is_kept(admin):
    plan = planned(admin, manifests())

    assert (plan["kind"], plan["fits"], plan["shortfalls"]) == ("ClusterPlan", True, [])
    assert plan["metadata"] == {"name": "web", "namespace": admin.tenant}
    assert plan["provider"] == {"name": "fake", "driver": "fake"}
    assert [(m["role"], m["pool"], m["create"], m["cpu"]) for m in plan["machines"]] == [
        ("control-plane", "", ["web-cp-1"], "2"),
        ("worker", "web-workers", ["web-workers-1", "web-workers-2"], "2"),
    ]
    assert plan["resources"]["machines"] == 3
    assert row(plan, "cloud", "cpu") == {
        "resource": "cpu", "unit": "cores", "used": 0, "limit": 6, "needed": 6, "left": 0,
    }  # fmt: skip
    assert row(plan, "cloud", "memory")["needed"] == 12 * GIB
    assert row(plan, "tenant", "nodes") == {
        "resource": "nodes", "unit": "pieces", "used": 0, "limit": 8, "needed": 3, "left": 5,
    }  # fmt: skip
    assert plan["time"]["seconds"] is None
    assert "no history yet" in plan["time"]["message"]
    assert [(o["kind"], o["name"], o["action"]) for o in plan["objects"]] == [
        ("Network", "web", "create"),
        ("FloatingIP", "web", "create"),
        ("Endpoint", "virtual_ip", "create"),
    ]
    for plural in ("clusters", "nodepools", "networks"):
        assert admin.items(f"{API}/namespaces/{admin.tenant}/{plural}") == set()
    assert admin("GET", f"{API}/tenants/{admin.tenant}")[1]["spec"]["quota"]["nodes"] == 8


def test_what_is_short_is_said_for_cloud_and_tenant(admin):
    plan = planned(admin, manifests(control_planes=3, workers=6))
    said = [s["message"] for s in plan["shortfalls"]]

    assert plan["fits"] is False
    assert said == [
        f"nodes short by 1 in the quota of tenant {admin.tenant}",
        f"cores short by 6 in the quota of tenant {admin.tenant}",
        "cores short by 12 (18 needed, 6 of 6 free)",
    ]
    assert {(s["code"], s["actor"]) for s in plan["shortfalls"]} == {("QuotaExceeded", "tenant")}
    assert plan["shortfalls"][2]["short"] == 12


def test_what_is_in_the_file_may_name_what_is_in_the_file(admin):
    body = manifests(network="lan", endpoint={"floatingIP": "front"}, storagePools=["fast"])
    body["items"] += [
        manifest("StoragePool", "fast", {"capacity": "10Gi"}),
        manifest("FloatingIP", "front", {"network": "lan"}),
        manifest("Network", "lan", {"cidr": "10.50.0.0/22"}),
    ]
    plan = planned(admin, body)

    assert [(o["kind"], o["action"], o["borrowed"]) for o in plan["objects"]] == [
        ("Network", "create", True),
        ("FloatingIP", "create", True),
        ("Endpoint", "create", False),
        ("StoragePool", "create", True),
    ]
    assert plan["addresses"]["network"]["cidr"] == "10.50.0.0/22"
    assert row(plan, "tenant", "storage")["needed"] == 10 * GIB
    assert row(plan, "cloud", "storage")["needed"] == 10 * GIB
    without = manifests(network="nowhere", storagePools=["none"])
    assert [s["code"] for s in planned(admin, without)["shortfalls"]] == [
        "NetworkNotFound",
        "StoragePoolNotFound",
    ]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (manifests(control_planes=2), 422, "spec.controlPlane.replicas"),
        (manifests(podCIDR="10.96.0.0/16"), 422, "overlaps"),
        (manifests(colour="red"), 422, "spec.colour"),
        ({"items": [manifest("Provider", "p", {})]}, 400, "this is Provider"),
        ({"items": [manifest("Cluster", "web", {}, namespace="other")]}, 400, "metadata.namespace"),
        ({"items": ["web"]}, 400, "no manifest"),
        ({"items": [manifest("NodePool", "p", {"clusterName": "web"})]}, 400, "no manifest is of a Cluster web"),
        ([], 400, "List of manifests"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_wrong_is_refused_as_if_it_were_applied(admin, body, status, words):
    code, answer = admin("POST", plan_of(admin), body)

    assert (code, words in answer["message"]) == (status, True), answer


def test_an_existing_cluster_shows_what_is_still_to_be_made_and_what_a_change_would_make(admin):
    made(
        admin, "clusters", "Cluster", "old", {"controlPlane": {"replicas": 1, "machine": SHAPE}}, admin.tenant
    )
    pool = {"clusterName": "old", "replicas": 1, "machine": SHAPE}
    made(admin, "nodepools", "NodePool", "old-workers", pool, admin.tenant)
    status, plan = admin("GET", plan_of(admin, "old"))
    change = {"items": [manifest("NodePool", "old-workers", {"replicas": 3})]}
    after = planned(admin, change, "old")

    assert (status, plan["fits"]) == (200, True)
    assert [m["create"] for m in plan["machines"]] == [["old-cp-1"], ["old-workers-1"]]
    assert row(plan, "tenant", "nodes")["used"] == 2
    assert after["machines"][1]["create"] == ["old-workers-1", "old-workers-2", "old-workers-3"]
    assert row(after, "tenant", "nodes")["needed"] == 2
    assert [s["message"] for s in after["shortfalls"]] == ["cores short by 2 (8 needed, 6 of 6 free)"]
    assert admin("GET", plan_of(admin, "none"))[0] == 404
    assert admin("DELETE", f"{API}/namespaces/{admin.tenant}/clusters/old")[0] == 200


@pytest.mark.parametrize("example", ["ha-cluster.yaml", "openstack/cluster.yaml"])
def test_the_examples_can_be_planned(admin, example):
    settings = {"path": str(admin.home / "cloud.sqlite3")}
    cloud = f"cloud-{admin.tenant}"
    made(admin, "providers", "Provider", cloud, {"driver": "fake", "settings": settings})
    documents = list(yaml.safe_load_all((EXAMPLES / example).read_text()))
    (cluster,) = (d for d in documents if d["kind"] == "Cluster")
    for one in (cluster, *(d for d in documents if "provider" in d["spec"])):
        one["spec"]["provider"] = cloud
    plan = planned(admin, {"items": documents}, cluster["metadata"]["name"])

    assert plan["fits"], plan["shortfalls"]
    admin("DELETE", f"{API}/providers/{cloud}")


def test_who_may_read_may_ask_and_who_may_write_may_plan(admin):
    viewer, operator = (admin.token_for(admin.tenant, role, role=role) for role in ("viewer", "operator"))

    assert viewer("POST", plan_of(admin), manifests())[0] == 403
    assert viewer("GET", plan_of(admin, "none"))[0] == 404
    assert operator("POST", plan_of(admin), manifests())[0] == 201
    other = f"{API}/namespaces/others/clusters/web/plan"
    assert operator("POST", other, manifests())[0] == 403
    assert admin("POST", other, manifests())[0] == 404


@pytest.mark.parametrize("query", ["?dryRun=All", ""])
def test_a_cluster_that_does_not_fit_is_accepted_with_a_warning(admin, query):
    where = f"{API}/namespaces/{admin.tenant}/clusters"
    wide = {"controlPlane": {"replicas": 5, "machine": SHAPE}}
    answer = admin.open("POST", f"{where}{query}", manifest("Cluster", "wide", wide))

    assert answer.status == 201
    assert answer.headers["Warning"] == (
        '299 - "cluster wide waits until this is mended: cores short by 4 (10 needed, 6 of 6 free)"'
    )
    answer.read()
    if not query:
        patch = {"spec": {"controlPlane": {"replicas": 3}}}
        merge = {"content_type": "application/merge-patch+json"}
        fits = admin.open("PATCH", f"{where}/wide", patch, **merge)
        assert (fits.status, fits.headers["Warning"]) == (200, None)
        fits.read()
        pool = {"clusterName": "wide", "replicas": 0, "machine": SHAPE}
        made(admin, "nodepools", "NodePool", "wide-workers", pool, admin.tenant)
        scale = f"{API}/namespaces/{admin.tenant}/nodepools/wide-workers/scale"
        scaled = admin.open("PATCH", scale, {"spec": {"replicas": 2}}, **merge)
        assert "cores short by 4 (10 needed, 6 of 6 free)" in scaled.headers["Warning"]
        scaled.read()
        admin("DELETE", f"{where}/wide")


def test_a_provider_that_cannot_be_asked_is_a_shortfall_and_a_warning(admin):
    made(admin, "providers", "Provider", "lost", {"driver": "fake", "settings": {"path": "/dev/null/x"}})
    plan = planned(admin, manifests(provider="lost"))
    (said,) = plan["shortfalls"]

    assert (plan["fits"], said["code"], said["actor"]) == (False, "ProviderMisconfigured", "operator")
    assert said["message"].startswith("what the provider has room for is not known: ")
    assert [m["cpu"] for m in plan["machines"]] == ["2", "2"]
    admin("DELETE", f"{API}/providers/lost")
