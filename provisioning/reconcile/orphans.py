"""Orphans: what lies at a provider, is this installation's, and belongs to nothing that is there.

Whatever is not certain is none: an object whose owner is there, one that an open ledger entry leads somebody to, one
that was kept on purpose, an image that a cluster or bundle may still need.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from provisioning import conditions as c
from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags
from provisioning.kinds.common import path_of
from provisioning.models.installation import installation_key
from provisioning.reconcile import ledger
from provisioning.reconcile.providers import OpenProvider
from provisioning.reconcile.queue import mark_dirty
from provisioning.reconcile.removals import removals
from provisioning.reconcile.tags import CLUSTER, INSTALLATION, OWNER, RELEASE, TENANT
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import condition, merge, timestamp
from slipway.kernel.errors import SlipwayError

LOOK_EVERY = timedelta(hours=1)
LONG_AGO = "1970-01-01T00:00:00Z"
_AT_ONCE = 8  # of one kind; each takes seconds


@dataclass(frozen=True, slots=True)
class Orphan:
    """One object, and why it belongs to nothing."""

    found: OutsideObject
    tenant: str
    cluster: str  # name of the cluster, or the uid of one that is gone
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        """What names it."""
        return self.found.kind.value, self.found.name


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of one that was to be removed; `stayed` says why it is still there."""

    kind: str
    name: str
    stayed: str = ""


def find(provider: OpenProvider) -> list[Orphan]:
    """All of them, in the order in which they can be removed: one sweep of the provider, and a few queries."""
    known = ledger.clusters_ever()
    found = provider.driver.sweep({INSTALLATION: installation_key()}, known)
    there = store.living(one.tags.get(key, "") for one in found for key in (OWNER, CLUSTER))
    lost = [one for one in found if one.tags.get(OWNER) not in there]
    recorded = ledger.open_among(one.name for one in lost)
    judges: dict[OutsideKind, Callable[[OutsideObject], str]] = {
        OutsideKind.PROJECT: _judge_project,
        OutsideKind.IMAGE: partial(_judge_image, needed=_needed_images(found)),
    }
    orphans = []
    for one in lost:
        judge = judges.get(one.kind) or partial(_judge, there=there, recorded=recorded)
        if reason := judge(one):
            orphans.append(Orphan(one, _tenant(one), _cluster(one), reason))
    order = [kind for kind, _ in removals(provider.driver)]
    return sorted(orphans, key=lambda one: (order.index(one.found.kind), one.found.name))


def remove(provider: OpenProvider, wanted: Iterable[tuple[str, str]]) -> list[Removal]:
    """Remove those of these that are orphans now, whoever listed them and when."""
    asked = list(dict.fromkeys(wanted))
    orphans = {one.key: one for one in find(provider)}
    done = dict.fromkeys(asked, "it is no orphan, or is gone already")
    for kind, delete in removals(provider.driver):
        going = [orphans[key] for key in asked if key in orphans and key[0] == kind]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            done.update(
                zip((one.key for one in going), pool.map(partial(_delete, delete), going), strict=True)
            )
    ledger.close(provider.name, [name for (_, name), stayed in done.items() if not stayed])
    return [Removal(kind, name, stayed) for (kind, name), stayed in done.items()]


def count(document: Document, provider: OpenProvider) -> dict[str, Any]:
    """What a Provider's status says of them: looked for seldom, since each tenant's project costs a dozen calls."""
    seen = path_of(document, "status.orphansSeenAt", "") or document["metadata"]["creationTimestamp"]
    if datetime.now(UTC) - datetime.fromisoformat(seen) < LOOK_EVERY:
        return {}
    number, before = len(find(provider)), path_of(document, "status.orphans", 0)
    text = f"{number} at the provider belong to nothing: slipway provider sweep {provider.name}"
    if number > before:
        store.record_event(document, "Warning", c.ORPHANS_FOUND, text)
    verdict = condition(
        c.ORPHANS_FOUND,
        "True" if number else "False",
        c.ORPHANS_FOUND if number else c.AS_DECLARED,
        text if number else "",
        generation=document["metadata"]["generation"],
    )
    conditions = merge(path_of(document, "status.conditions", []), [verdict])
    return {"orphans": number, "orphansSeenAt": timestamp(), "conditions": conditions}


def look_again(provider: OpenProvider) -> None:
    """Some were removed: the next pass over the Provider counts what is left."""

    def change(document: Document) -> None:
        document.setdefault("status", {})["orphansSeenAt"] = LONG_AGO

    written = store.update_status("providers", "", provider.name, change)
    if written:
        mark_dirty(written)


def _delete(delete: Callable[[str, Tags], None], orphan: Orphan) -> str:
    """Why it stayed; empty when it is gone. The installation and the tenant tell a driver where to look."""
    tags = {**orphan.found.tags, INSTALLATION: installation_key()}
    if orphan.tenant:
        tags[TENANT] = orphan.tenant
    try:
        delete(orphan.found.name, tags)
    except SlipwayError as error:
        return str(error)
    return ""


def _judge(one: OutsideObject, there: set[str], recorded: ledger.Recorded) -> str:
    cluster = one.tags.get(CLUSTER, "")
    if INSTALLATION not in one.tags:
        if cluster in there or recorded.keeps(one):
            return ""
        return "made from inside its cluster, which is gone"
    if any(uid in there for uid in recorded.responsible(one)) or recorded.keeps(one):
        return ""
    book = "the ledger has it open" if recorded.has(one) else "no ledger entry is open for it"
    whose = "the cluster is there, but not what it was made for" if cluster in there else "its owner is gone"
    return f"{whose}, {book}"


def _judge_project(one: OutsideObject) -> str:
    tenant = one.tags.get(TENANT, "")
    return "" if store.get("tenants", "", tenant) else f"tenant {tenant} is gone"


def _judge_image(one: OutsideObject, needed: set[tuple[str, str]]) -> str:
    release = one.tags.get(RELEASE, "")
    if (one.kind.value, one.name) in needed:
        return ""
    if any(name.partition("@")[0] == one.name.partition("@")[0] for _, name in needed):
        return "a newer image of the release is used"
    return f"no cluster has release {release} and its bundle is not here"


def _needed_images(found: Iterable[OutsideObject]) -> set[tuple[str, str]]:
    """The newest image of every release that a cluster has, or may get because its bundle is here."""
    releases = {str(path_of(cluster, "status.version", "")) for cluster in store.list("clusters")}
    releases |= {
        release["spec"]["version"]
        for release in store.list("releases")
        if path_of(release, "status.bundle", "") == "Present"
    }
    newest: dict[str, OutsideObject] = {}
    for one in sorted(_images(found), key=lambda image: image.made_at):
        newest[one.tags.get(RELEASE, "")] = one
    return {(one.kind.value, one.name) for release, one in newest.items() if release in releases}


def _images(found: Iterable[OutsideObject]) -> Iterator[OutsideObject]:
    return (one for one in found if one.kind is OutsideKind.IMAGE)


def _tenant(one: OutsideObject) -> str:
    """What was made from inside does not say whose it is; the ledger knows the cluster."""
    return one.tags.get(TENANT) or ledger.tenant_of(one.tags.get(CLUSTER, ""))


def _cluster(one: OutsideObject) -> str:
    uid = one.tags.get(CLUSTER, "")
    document = store.get_by_uid(uid) if uid else None
    return str(document["metadata"]["name"]) if document else uid
