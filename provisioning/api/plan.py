"""clusters/NAME/plan: what is still to be made of a cluster, and what a manifest that was not applied would make.

GET is of the cluster as it is declared. POST takes a v1 List of manifests (the Cluster NAME, which need not exist, and
what belongs to it), plans as if they had been applied, and changes nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning.reconcile.planning.asking import ask
from provisioning.reconcile.planning.declared import Declared, read
from provisioning.reconcile.planning.document import render
from provisioning.reconcile.usage import usage_of_tenant
from slipway.apimachinery import access, bodies, patches
from slipway.apimachinery.errors import BadRequest, NotFound
from slipway.apimachinery.kinds import Document, Subresource
from slipway.apimachinery.store import store

PATIENCE: Final = 20.0  # seconds; people wait for the answer
PLANNED: Final = {
    "Network": "networks",
    "FloatingIP": "floatingips",
    "StoragePool": "storagepools",
    "Cluster": "clusters",
    "NodePool": "nodepools",
}  # in the order in which they are applied: what is named comes before what names it


def _serve(request: Request, cluster: Document) -> Response:
    if request.method == "GET":
        namespace = cluster["metadata"]["namespace"]
        used = usage_of_tenant(namespace)
        return Response(render(ask(read(cluster), quota_of(namespace), used, used, seconds=PATIENCE)))
    manifests = _manifests(request, cluster["metadata"]["namespace"])
    return Response(_rehearsed(cluster["metadata"], manifests, access.username(request.user)), status=201)


def quota_of(namespace: str) -> Mapping[str, Any]:
    """The tenant's limits."""
    tenant = store.get("tenants", "", namespace) or {}
    limits: Mapping[str, Any] = tenant.get("spec", {}).get("quota", {})
    return limits


def _rehearsed(about: Document, manifests: list[Document], user: str) -> Document:
    """Apply all of it, look, and take it back; the provider is asked when no lock is held any more."""
    namespace, name = about["namespace"], about["name"]
    quota, used = quota_of(namespace), usage_of_tenant(namespace)
    with store.rehearsal():
        _lift_quota(namespace)
        for manifest in manifests:
            _apply(manifest, namespace, user)
        cluster = store.get("clusters", namespace, name)
        if cluster is None:
            raise BadRequest(f"no manifest is of a Cluster {name}, and there is none")
        declared: Declared = read(cluster)
        after = usage_of_tenant(namespace)
    return render(ask(declared, quota, used, after, seconds=PATIENCE))


def _lift_quota(namespace: str) -> None:
    """What is beyond the quota is shown in the plan, not refused. Only in the rehearsal, which is taken back."""
    store.edit("tenants", "", namespace, lambda d: {**d, "spec": {**d["spec"], "quota": {}}})


def _apply(manifest: Document, namespace: str, user: str) -> None:
    plural, name = PLANNED[manifest["kind"]], manifest["metadata"]["name"]
    if store.get(plural, namespace, name) is None:
        store.create(plural, manifest, user=user)
        return
    change = {
        "metadata": {"labels": manifest["metadata"].get("labels", {})},
        "spec": manifest.get("spec", {}),
    }
    store.edit(plural, namespace, name, lambda old: patches.patched(patches.MERGE, old, change), user=user)


def _manifests(request: Request, namespace: str) -> list[Document]:
    body = bodies.read(request._request).value  # noqa: SLF001 - DRF has no other name for it
    if not isinstance(body, dict) or not isinstance(items := body.get("items", [body]), list):
        raise BadRequest("give a v1 List of manifests: a Cluster and what belongs to it")
    if store.get("tenants", "", namespace) is None:
        raise NotFound("namespaces", namespace)
    found = [_manifest(item, namespace) for item in items]
    return sorted(found, key=lambda d: list(PLANNED).index(d["kind"]))


def _manifest(item: Any, namespace: str) -> Document:
    """Only what a manifest may say: its kind, name, labels and spec."""
    kind = item.get("kind") if isinstance(item, dict) else None
    if kind not in PLANNED:
        raise BadRequest(f"a plan is made of {', '.join(PLANNED)}; this is {kind or 'no manifest'}")
    meta = item.get("metadata")
    if not isinstance(meta, dict) or not isinstance(meta.get("name"), str):
        raise BadRequest(f"metadata.name: a {kind} needs a name")
    if meta.get("namespace", namespace) != namespace:
        raise BadRequest(f"metadata.namespace: the plan is of {namespace}, this is {meta['namespace']}")
    own = {key: meta[key] for key in ("name", "labels") if key in meta}
    document = {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {**own, "namespace": namespace}}
    return {**document, **({"spec": item["spec"]} if "spec" in item else {})}


PLAN = Subresource("plan", "ClusterPlan", ("get", "create"), _serve, needs_object=False)
