"""The book of a room in Slipway's own database: Host objects, and what of them is taken."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from provisioning.conditions import READY
from provisioning.drivers.baremetal.book import ASIDE, Choice, Entry, PoolHost, host_of
from provisioning.drivers.contract import OutsideKind, Tags, carries
from provisioning.drivers.errors import Unavailable
from provisioning.identity.ssh_access import SshAccess
from provisioning.kinds.common import path_of
from provisioning.models import PoolEntry
from provisioning.reconcile.queue import mark_dirty
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import store
from slipway.kernel import quantity
from slipway.kernel.conditions import find, is_true, timestamp

_CLUSTER = "slipway/cluster"


class Book:
    """Of one provider. Writers wait for each other at the Provider's row, for milliseconds; readers wait for nobody."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def hosts(self) -> Sequence[PoolHost]:
        return [_pool_host(document) for document in self._documents()]

    def access(self, hosts: Sequence[str]) -> Mapping[str, SshAccess]:
        wanted = set(hosts)
        found = [d for d in self._documents() if d["metadata"]["name"] in wanted]
        secrets = store.secrets_of([d["metadata"]["uid"] for d in found])
        return {
            d["metadata"]["name"]: access_of(
                d, path_of(secrets.get(d["metadata"]["uid"], {}), "spec.secrets", {})
            )
            for d in found
        }

    def pin(self, host: str, host_key: str, bastion_key: str) -> None:
        def change(document: Document) -> None:
            status = document.setdefault("status", {})
            for name, key in (("hostKey", host_key), ("bastionKey", bastion_key)):
                if key and not status.get(name):
                    status[name] = key

        store.update_status("hosts", "", host, change)

    def entries(self, tags: Tags, kind: str = "") -> Sequence[Entry]:
        rows = PoolEntry.objects.filter(provider=self._provider)
        if cluster := tags.get(_CLUSTER):
            rows = rows.filter(cluster_uid=cluster)
        if kind:
            rows = rows.filter(kind=kind)
        return [e for e in map(_entry, rows.order_by("kind", "name")) if carries(e.tags, tags)]

    def find(self, kind: str, name: str) -> Entry | None:
        row = self._rows(kind, name).first()
        return _entry(row) if row else None

    def take(
        self, kind: OutsideKind, name: str, tags: Tags, choose: Callable[[Sequence[Entry]], Choice]
    ) -> Entry:
        if found := self.find(kind, name):  # without the lock: asked for again and again
            return found
        with _one_taker(), transaction.atomic():
            self._alone()
            if found := self.find(kind, name):
                return found
            # of all providers: the same host or address may be written down in two of them
            choice = choose([_entry(row) for row in PoolEntry.objects.all()])
            row = PoolEntry.objects.create(
                provider=self._provider,
                kind=kind.value,
                name=name,
                place=choice.place,
                cluster_uid=tags.get(_CLUSTER, ""),
                tags=dict(tags),
                data=dict(choice.data),
            )
            entry = _entry(row)
            _tell(entry)
        return entry

    def note(self, entry: Entry, **data: Any) -> None:
        with transaction.atomic():
            row = self._rows(entry.kind, entry.name).select_for_update().first()
            if row is not None:
                row.data = {**row.data, **data}
                row.save(update_fields=["data"])
        _tell(entry)

    def set_aside(self, entry: Entry, reason: str, message: str) -> None:
        data = {**entry.data, "reason": reason, "message": message, "machine": entry.name}
        with transaction.atomic():
            changed = self._rows(entry.kind, entry.name).filter(place=entry.place)
            changed.update(kind=ASIDE, name=host_of(entry), cluster_uid="", data=data)
        _tell(entry)

    def drop(self, entry: Entry) -> None:
        self._rows(entry.kind, entry.name).filter(place=entry.place).delete()
        _tell(entry)

    def forget(self) -> None:
        """Everything is free: nobody will ask for it again."""
        for entry in self.entries({}):
            self.drop(entry)

    def at(self, place: str) -> Entry | None:
        """What has taken a place."""
        row = PoolEntry.objects.filter(place=place).first()
        return _entry(row) if row else None

    def _rows(self, kind: str, name: str) -> QuerySet[PoolEntry]:
        return PoolEntry.objects.filter(provider=self._provider, kind=kind, name=name)

    def _documents(self) -> list[Document]:
        return [d for d in store.list("hosts", "") if d["spec"]["provider"] == self._provider]

    def _alone(self) -> None:
        """All takers of the provider pass here one by one. On SQLite the transaction itself sees to that."""
        rows = StoredObject.objects.filter(plural="providers", namespace="", name=self._provider)
        if rows.select_for_update().first() is None:
            raise Unavailable(f"there is no Provider {self._provider}")


def access_of(host: Document, secrets: Mapping[str, str]) -> SshAccess:
    """The way into a host: keys that were given are believed before those that were shown."""
    spec = host["spec"]
    bastion = spec.get("bastion")
    shown = {name: path_of(host, f"status.{name}", "") for name in ("hostKey", "bastionKey")}
    return SshAccess(
        address=spec["address"],
        user=spec["user"],
        port=spec["port"],
        key=secrets.get("privateKey", ""),
        host_key=_bare(spec.get("hostKey") or shown["hostKey"]),
        sudo_password=secrets.get("sudoPassword", ""),
        bastion=SshAccess(
            address=bastion["address"],
            user=bastion["user"],
            port=bastion["port"],
            key=secrets.get("bastionKey") or secrets.get("privateKey", ""),
            host_key=_bare(bastion.get("hostKey") or shown["bastionKey"]),
        )
        if bastion
        else None,
    )


def _bare(key: str) -> str:
    """Type and key, without the comment."""
    return " ".join(key.split()[:2])


def _pool_host(document: Document) -> PoolHost:
    meta, facts = document["metadata"], path_of(document, "status.facts", {})
    ready = find(document, READY)
    fit = is_true(document, READY) and not meta.get("deletionTimestamp")
    why = (
        "is being deleted"
        if meta.get("deletionTimestamp")
        else f"is not ready: {ready['message']}"
        if ready
        else ""
    )
    return PoolHost(
        name=meta["name"],
        domain=document["spec"].get("failureDomain", ""),
        labels=meta.get("labels", {}),
        cpu=float(facts.get("cpu", 0)),
        memory=int(quantity.parse(facts.get("memory", 0))),
        disk=int(quantity.parse(facts.get("free", 0))),
        fit=fit,
        why="" if fit else why,
        system=facts.get("system", ""),
    )


def _entry(row: PoolEntry) -> Entry:
    return Entry(row.kind, row.name, row.place, row.tags, row.data, timestamp(row.made_at))


def _tell(entry: Entry) -> None:
    """The Host shows who has it."""
    if entry.place.startswith("host/") and (host := store.get("hosts", "", host_of(entry))):
        mark_dirty(host)


@contextmanager
def _one_taker() -> Iterator[None]:
    """Takers of two providers do not wait for each other: the second to take the same place begins again."""
    try:
        yield
    except IntegrityError:
        raise Unavailable("another provider took the same host or address at this moment") from None
