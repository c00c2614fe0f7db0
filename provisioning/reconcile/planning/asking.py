"""Asks the provider what a plan needs to know, within a time that a request can take."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from provisioning.drivers.contract import Tags
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.forecast import Forecast, Limit, Wanted
from provisioning.models.installation import installation_key
from provisioning.reconcile.planning.declared import Declared
from provisioning.reconcile.planning.document import Inputs
from provisioning.reconcile.planning.history import estimate
from provisioning.reconcile.planning.room import Shortfall
from provisioning.reconcile.providers import OpenProvider, open_provider
from provisioning.reconcile.tags import INSTALLATION, TENANT
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import SlipwayError

Amounts = Mapping[str, Decimal]


def ask(
    declared: Declared,
    quota: Mapping[str, Any],
    used: Amounts,
    after: Amounts,
    *,
    seconds: float,
) -> Inputs:
    """Everything that `document.render` wants; what the provider does not say in time is unknown."""
    name = declared.cluster["spec"]["provider"]
    document = store.get("providers", "", name)
    forecast: Forecast | None = None
    limits: list[Limit] = []
    unknown: Shortfall | None = None
    try:
        own = {INSTALLATION: installation_key(), TENANT: declared.namespace}
        forecast, limits = _in_time(open_provider(name), declared.wanted(), own, seconds)
    except SlipwayError as error:
        text = f"what the provider has room for is not known: {error.message}"
        unknown = Shortfall(error.code, text, error.actor, error.field)
    return Inputs(
        declared,
        document,
        forecast,
        limits,
        quota,
        used,
        after,
        estimate(_builds(document), _size(declared)),
        unknown,
    )


def _in_time(
    provider: OpenProvider, wanted: Wanted, tags: Tags, seconds: float
) -> tuple[Forecast, list[Limit]]:
    """Both questions at once, in threads of their own: a cloud that hangs must not hold up a request."""
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        forecast = pool.submit(provider.driver.forecast, wanted, tags)
        limits = pool.submit(provider.driver.limits, tags)
        return forecast.result(seconds), limits.result(seconds)
    except TimeoutError:
        raise Unavailable(f"provider {provider.name} did not answer within {seconds:.0f} s") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _builds(provider: Document | None) -> list[dict[str, Any]]:
    builds: list[dict[str, Any]] = (provider or {}).get("status", {}).get("builds", [])
    return builds


def _size(declared: Declared) -> int:
    workers = sum(int(p["spec"]["replicas"]) for p in declared.pools)
    return workers + int(declared.cluster["spec"]["controlPlane"]["replicas"])
