"""Opens the driver of a Provider, once per change of the Provider."""

import threading
from dataclasses import dataclass

from provisioning.conditions import PROVIDER_NOT_FOUND
from provisioning.drivers import registry
from provisioning.drivers.contract import Driver
from provisioning.reconcile.abandoned import abandoned_driver, is_abandoned, refusal
from provisioning.reconcile.book import Book
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import Actor, SlipwayError


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """A Provider with its driver."""

    name: str
    document: Document
    driver: Driver


_opened: dict[str, tuple[int, OpenProvider]] = {}
_lock = threading.Lock()


def open_provider(name: str, *, leaving: bool = False) -> OpenProvider:
    """The Provider of that name, ready to be used. SlipwayError ProviderNotFound says what to do.

    `leaving`: for an object that is being deleted, which an abandoned Provider lets go.
    """
    document = store.get("providers", "", name)
    if document is None:
        text = f"there is no Provider {name!r}: create it, or delete this object and name another"
        raise SlipwayError(PROVIDER_NOT_FOUND, text, actor=Actor.OPERATOR, field="spec.provider")
    if is_abandoned(document):
        if not leaving:
            raise refusal(name)
        return OpenProvider(name, document, abandoned_driver(name))
    meta = document["metadata"]
    with _lock:
        generation, opened = _opened.get(meta["uid"], (0, None))
        if opened is None or generation != meta["generation"]:
            spec = document["spec"]
            secrets = store.secrets(meta["uid"]).get("spec", {}).get("secrets", {})
            driver = registry.open_driver(spec["driver"], spec.get("settings", {}), secrets, Book(name))
            opened = OpenProvider(name, document, driver)
            _opened[meta["uid"]] = (meta["generation"], opened)
    return opened
