"""autoscaling/v1 Scale: the number of replicas of any kind that has one."""

import copy
from typing import Any

from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.kinds import Document, FieldError, Kind, Scale


def of(scale: Scale, document: Document) -> Document:
    """The scale of an object."""
    held = document["metadata"]
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: dict[str, Any] = {"replicas": _get(document, scale.status_replicas) or 0}
    if selector := _get(document, scale.selector):
        status["selector"] = selector
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: held[key] for key in kept if key in held},
        "spec": {"replicas": _get(document, scale.spec_replicas) or 0},
        "status": status,
    }


def scaled(kind: Kind, scale: Scale, document: Document, wanted: Any) -> Document:
    """The object with the replicas of `wanted`, a Scale."""
    spec = wanted.get("spec") if isinstance(wanted, dict) else None
    replicas = spec.get("replicas", 0) if isinstance(spec, dict) else None
    if not isinstance(replicas, int) or isinstance(replicas, bool) or replicas < 0:
        name = document["metadata"]["name"]
        raise Invalid(
            kind.plural, name, [FieldError("spec.replicas", "must be a number that is not negative")]
        )
    result = copy.deepcopy(document)
    version = (wanted.get("metadata") or {}).get("resourceVersion")
    if version:
        result["metadata"]["resourceVersion"] = version
    *path, last = scale.spec_replicas.split(".")
    holder = result
    for part in path:
        holder = holder.setdefault(part, {})
    holder[last] = replicas
    return result


def _get(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document
