"""Keeps the Release objects in step with the versions on offer and the bundles that are here."""

from typing import Any

from provisioning import conditions as c
from provisioning import versions
from provisioning.bundles.store import find_bundle
from slipway.apimachinery.errors import AlreadyExists
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import condition, merge
from slipway.settings.environment import ENVIRONMENT


def sync() -> None:
    """Create what is missing, correct what differs, remove what is no longer offered."""
    offered = {name: _spec(release) for name, release in versions.RELEASES.items()}
    present = {d["metadata"]["name"]: d for d in store.list("releases")}
    for name in present.keys() - offered.keys():
        store.delete("releases", "", name)
    for name, spec in offered.items():
        if name not in present:
            _create(name, spec)
        elif present[name]["spec"] != spec:
            store.update("releases", {**present[name], "spec": spec})
        _note_bundle(name)


def _spec(release: versions.Release) -> dict[str, Any]:
    return {
        "version": release.version,
        "default": release.version == versions.DEFAULT,
        "upgradesTo": list(release.upgrades_to),
        "supportedUntil": release.supported_until.isoformat(),
    }


def _create(name: str, spec: dict[str, Any]) -> None:
    document = {"apiVersion": "slipway.dev/v1", "kind": "Release", "metadata": {"name": name}, "spec": spec}
    try:
        store.create("releases", document)
    except AlreadyExists:
        return  # another ticker was quicker


def _note_bundle(name: str) -> None:
    here = find_bundle(name, ENVIRONMENT.cache) is not None
    text = "" if here else f"no bundle on this machine: slipway bundle build {name}"
    ready = condition(c.READY, "True" if here else "False", c.AS_DECLARED if here else c.BUNDLE_MISSING, text)

    def change(document: Document) -> None:
        status = document.setdefault("status", {})
        status["bundle"] = "Present" if here else "Missing"
        status["conditions"] = merge(status.get("conditions", []), [ready])

    store.update_status("releases", "", name, change)
