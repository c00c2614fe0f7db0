"""The end of a Provider: nothing of Slipway's stays there, or it is said why the Provider is not gone yet."""

from provisioning import conditions as c
from provisioning.drivers.contract import OutsideKind
from provisioning.models.installation import installation_key
from provisioning.reconcile import ledger, orphans, projects
from provisioning.reconcile.abandoned import is_abandoned
from provisioning.reconcile.book import Book
from provisioning.reconcile.outside import FINALIZER
from provisioning.reconcile.providers import OpenProvider, open_provider
from provisioning.reconcile.queue import mark_dirty
from provisioning.reconcile.tags import INSTALLATION
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.errors import SlipwayError
from slipway.kernel.results import Done, Result, Wait

_USERS = ("clusters", "networks", "floatingips", "storagepools", "hosts")
_NAMED = 10  # in one event


def end_provider(document: Document) -> Result:
    """One pass over a Provider that is being deleted."""
    name = document["metadata"]["name"]
    if is_abandoned(document):
        _give_up(document)
    if users := _users(name):
        return _still_used(users, abandoned=is_abandoned(document))
    if ledger.has_entries(name) and not is_abandoned(document) and (left := _clear(name)):
        return left
    store.remove_finalizer("providers", "", name, FINALIZER)
    return Done()


def _users(name: str) -> list[Document]:
    """Every object that names the Provider."""
    return [one for plural in _USERS for one in store.list(plural) if one["spec"].get("provider") == name]


def _still_used(users: list[Document], *, abandoned: bool) -> Wait:
    if abandoned:
        for user in users:
            mark_dirty(user)  # it may rest for a minute after calls that nobody answered
    first = users[0]
    meta = first["metadata"]
    what = f"{first['kind']} {meta['namespace']}/" if meta.get("namespace") else f"{first['kind']} "
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    text = f"still used by {what}{meta['name']}{more}: delete that first; this goes by itself afterwards"
    return Wait(5, c.WAITING_FOR_DEPENDANTS, text)


def _clear(name: str) -> Wait | None:
    """What Slipway keeps there for all tenants goes; anything else that is still there has to be looked at."""
    way_out = f"slipway provider delete {name} --abandon"
    try:
        provider = open_provider(name)
        staying = projects.remove_all(provider)
        if not staying and not _has_neighbour(provider.document):
            _remove_images(provider)
            staying = [f"{one.found.kind} {one.found.name}: {one.reason}" for one in orphans.find(provider)]
    except SlipwayError as error:
        text = f"{error.message}. It is asked again; if it never answers any more: {way_out}"
        raise SlipwayError(error.code, text, actor=error.actor, foreign=error.foreign) from error
    if not staying:
        return None
    more = f" (and {len(staying) - 1} more)" if len(staying) > 1 else ""
    mend = f"Remove it there or with slipway provider sweep {name} --remove"
    text = f"{staying[0]}{more}. {mend}, or leave it there: {way_out}"
    return Wait(10, c.ORPHANS_FOUND, text)


def _has_neighbour(document: Document) -> bool:
    """Whether another Provider may be of the same cloud: images there are its own, too, and it counts orphans."""
    driver, name = document["spec"]["driver"], document["metadata"]["name"]
    return any(
        other["spec"]["driver"] == driver and other["metadata"]["name"] != name
        for other in store.list("providers")
    )


def _remove_images(provider: OpenProvider) -> None:
    own = {INSTALLATION: installation_key()}
    for found in provider.driver.sweep(own):
        if found.kind is OutsideKind.IMAGE:
            provider.driver.delete_image(found.name, own)


def _give_up(document: Document) -> None:
    """The ledger keeps what was not seen to be gone, and the Provider's events say what that is."""
    name = document["metadata"]["name"]
    given_up = ledger.give_up(name)
    Book(name).forget()
    if given_up:
        more = f" and {len(given_up) - _NAMED} more" if len(given_up) > _NAMED else ""
        text = f"given up, not seen to be gone: {', '.join(given_up[:_NAMED])}{more}"
        store.record_event(document, "Warning", c.PROVIDER_ABANDONED, text)
