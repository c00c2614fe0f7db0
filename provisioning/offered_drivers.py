"""Keeps the Driver objects in step with the drivers that are installed."""

from typing import Any

from provisioning.drivers import registry
from slipway.apimachinery.errors import AlreadyExists
from slipway.apimachinery.store import store


def sync() -> None:
    """Create what is missing, correct what differs, remove what is no longer installed."""
    offered = {name: _spec(name) for name in registry.driver_names()}
    present = {d["metadata"]["name"]: d for d in store.list("drivers")}
    for name in present.keys() - offered.keys():
        store.delete("drivers", "", name)
    for name, spec in offered.items():
        if name not in present:
            _create(name, spec)
        elif present[name]["spec"] != spec:
            store.update("drivers", {**present[name], "spec": spec})


def _spec(name: str) -> dict[str, Any]:
    driver = registry.driver_class(name)
    return {
        "settings": driver.settings_model.model_json_schema(by_alias=True),
        "simulated": driver.simulated,
        "makes": sorted(kind.value for kind in driver.makes),
    }


def _create(name: str, spec: dict[str, Any]) -> None:
    document = {"apiVersion": "slipway.dev/v1", "kind": "Driver", "metadata": {"name": name}, "spec": spec}
    try:
        store.create("drivers", document)
    except AlreadyExists:
        return  # another ticker was quicker
