"""Discovery: which groups, versions, kinds and verbs there are, plain and aggregated."""

from typing import Any

from slipway.apimachinery.kinds import Document, Kind, registry
from slipway.apimachinery.reviews import GROUP as AUTHORIZATION

AGGREGATED = (("APIGroupDiscoveryList", "v2"), ("APIGroupDiscoveryList", "v2beta1"))

_REVIEW: Document = {
    "name": "selfsubjectaccessreviews",
    "singularName": "selfsubjectaccessreview",
    "namespaced": False,
    "kind": "SelfSubjectAccessReview",
    "verbs": ["create"],
}


def core_versions(host: str) -> Document:
    """`/api`."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}],
    }


def groups() -> Document:
    """`/apis`."""
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group(name) for name in _groups()]}


def group(name: str) -> Document:
    """`/apis/{group}`."""
    versions = [{"groupVersion": f"{name}/{v}", "version": v} for v in versions_of(name)]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": versions,
        "preferredVersion": versions[0],
    }


def resources(group_name: str, version: str) -> Document:
    """`/api/v1` and `/apis/{group}/{version}`."""
    listed = [r for kind in _kinds(group_name, version) for r in _resources(kind)]
    if group_name == AUTHORIZATION:
        listed = [_REVIEW]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group_name}/{version}" if group_name else version,
        "resources": listed,
    }


def aggregated(version: str, *, core: bool) -> Document:
    """All of it in one answer: `/api` for the core group, `/apis` for the others."""
    names = [""] if core else _groups()
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": [_aggregated_group(name) for name in names],
    }


def versions_of(group_name: str) -> list[str]:
    """The versions of a group, in the order of registration."""
    if group_name in ("", AUTHORIZATION):
        return ["v1"]
    return list(dict.fromkeys(k.version for k in registry.kinds() if k.group == group_name))


def served(kind: Kind) -> bool:
    """A view is served when what it shows is there."""
    return registry.kind(kind.stored_plural) is not None


def _groups() -> list[str]:
    return [*dict.fromkeys(k.group for k in registry.kinds() if k.group), AUTHORIZATION]


def _kinds(group_name: str, version: str) -> list[Kind]:
    return [k for k in registry.kinds() if (k.group, k.version) == (group_name, version) and served(k)]


def _resources(kind: Kind) -> list[Document]:
    main = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
        **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
        **({"categories": list(kind.categories)} if kind.categories else {}),
    }
    return [main, *(_subresource(kind, *s) for s in _subresources(kind))]


def _subresources(kind: Kind) -> list[tuple[str, tuple[str, str, str], list[str]]]:
    """Name, (group, version, kind) and verbs of each."""
    own = (kind.group, kind.version, kind.kind)
    found: list[tuple[str, tuple[str, str, str], list[str]]] = []
    if kind.schema is None:
        found.append(("status", own, ["get"]))
    if kind.scale:
        found.append(("scale", ("autoscaling", "v1", "Scale"), ["get", "update", "patch"]))
    extras = registry.subresources(kind.plural).values()
    found.extend((e.name, (kind.group, kind.version, e.kind), list(e.verbs)) for e in extras)
    return found


def _subresource(kind: Kind, name: str, takes: tuple[str, str, str], verbs: list[str]) -> Document:
    foreign = takes[:2] != (kind.group, kind.version)
    return {
        "name": f"{kind.plural}/{name}",
        "singularName": "",
        "namespaced": kind.namespaced,
        **({"group": takes[0], "version": takes[1]} if foreign else {}),
        "kind": takes[2],
        "verbs": verbs,
    }


def _aggregated_group(name: str) -> Document:
    versions = [
        {"version": v, "freshness": "Current", "resources": _aggregated_resources(name, v)}
        for v in versions_of(name)
    ]
    return {"metadata": {"name": name, "creationTimestamp": None} if name else {}, "versions": versions}


def _aggregated_resources(group_name: str, version: str) -> list[Document]:
    if group_name == AUTHORIZATION:
        what = {"group": group_name, "version": version, "kind": _REVIEW["kind"]}
        return [_aggregated_resource(_REVIEW, what)]
    result = []
    for kind in _kinds(group_name, version):
        main = _aggregated_resource(_resources(kind)[0], _gvk(kind.group, kind.version, kind.kind))
        below = [
            {"subresource": name, "responseKind": _gvk(*takes), "verbs": verbs}
            for name, takes, verbs in _subresources(kind)
        ]
        result.append({**main, "subresources": below} if below else main)
    return result


def _aggregated_resource(plain: Document, response_kind: dict[str, str]) -> Document:
    optional: Document = {k: plain[k] for k in ("shortNames", "categories") if k in plain}
    return {
        "resource": plain["name"],
        "responseKind": response_kind,
        "scope": "Namespaced" if plain["namespaced"] else "Cluster",
        "singularResource": plain["singularName"],
        "verbs": plain["verbs"],
        **optional,
    }


def _gvk(group_name: str, version: str, kind: str) -> dict[str, Any]:
    return {"group": group_name, "version": version, "kind": kind}
