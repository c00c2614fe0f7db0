"""Proves that the cloud can be used as the settings say, and tells the operator what it offers."""

from collections.abc import Iterable
from typing import Any, Final

from provisioning.drivers.contract import ProviderFacts
from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.openstack.making import external_network
from provisioning.drivers.openstack.scope import Scope
from provisioning.drivers.openstack.settings import EndpointSetting

_NEEDED: Final = ("compute", "network", "image")


def check(scope: Scope) -> ProviderFacts:
    """Misconfigured, with the setting, for whatever a cluster would stumble over later."""
    settings = scope.settings
    if missing := [service for service in _NEEDED if not scope.offers(service)]:
        raise Misconfigured(
            f"the cloud's catalogue has no {', '.join(missing)}", field="spec.settings.region"
        )
    external_network(scope)
    octavia = scope.offers("load-balancer")
    if settings.endpoint is EndpointSetting.LOAD_BALANCER and not octavia:
        raise Misconfigured("the cloud has no Octavia", field="spec.settings.endpoint")
    zones = [z.name for z in scope.compute.availability_zones() if (z.state or {}).get("available", True)]
    _require(settings.availability_zones, zones, "zone", "availabilityZones")
    flavors = [flavor.name for flavor in scope.compute.flavors(details=True)]
    _require(settings.flavors, flavors, "flavor", "flavors")
    cinder = scope.offers("block-storage")
    types = [one.name for one in scope.volumes.types()] if cinder else []
    _require([settings.volume_type] if settings.volume_type else [], types, "volume type", "volumeType")
    balanced = octavia and settings.endpoint is not EndpointSetting.VIRTUAL_IP
    return ProviderFacts(
        {
            "projects": "one for each tenant" if settings.project_per_tenant else "one for all tenants",
            "compute": f"Nova {_newest(scope.compute)}",
            "zones": ", ".join(sorted(zones)),
            "flavors": ", ".join(sorted(flavors)),
            "storage": ", ".join(sorted(types)) or "none: the cloud has no Cinder",
            "endpoint": "load balancers of Octavia" if balanced else "an address carried by the machines",
        }
    )


def _require(wanted: Iterable[str], offered: list[str], what: str, setting: str) -> None:
    if missing := [one for one in wanted if one not in offered]:
        has = ", ".join(sorted(offered)) or "none"
        raise Misconfigured(
            f"there is no {what} {', '.join(missing)}; the cloud has: {has}", field=f"spec.settings.{setting}"
        )


def _newest(service: Any) -> str:
    found = service.get_endpoint_data()
    return ".".join(str(part) for part in (found.max_microversion or ())) if found else ""
