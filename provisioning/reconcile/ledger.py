"""Writes the ledger: intent before anything is made, the end when it was seen to be gone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from provisioning.drivers.contract import OutsideKind, OutsideObject
from provisioning.models import LedgerEntry
from provisioning.reconcile.lease import Lease
from provisioning.reconcile.queue import guard
from slipway.kernel import redact

_AT_ONCE = 500  # values that a database takes in one query
_LONGEST_EVIDENCE = 16_000  # characters


@dataclass(frozen=True, slots=True)
class Account:
    """For whom an outside object is made."""

    provider: str
    tenant: str
    owner_uid: str
    cluster_uid: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a cluster's ledger adds up to."""

    created: int
    gone: int
    kept: tuple[str, ...] = ()  # left there on purpose

    @property
    def left(self) -> int:
        """Objects that have not been seen to be gone."""
        return self.created - self.gone - len(self.kept)

    def __str__(self) -> str:
        kept = f"{len(self.kept)} kept ({', '.join(self.kept)}), " if self.kept else ""
        return f"{self.created} created, {self.gone} gone, {kept}{self.left} left"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The open entries among some names."""

    rows: Mapping[tuple[str, str], LedgerEntry]

    def has(self, one: OutsideObject) -> bool:
        """Whether an entry is open for it."""
        return (one.kind.value, one.name) in self.rows

    def responsible(self, one: OutsideObject) -> tuple[str, ...]:
        """The uids of those whose loop will see to it."""
        row = self.rows.get((one.kind.value, one.name))
        return (row.owner_uid, row.cluster_uid) if row else ()

    def keeps(self, one: OutsideObject) -> bool:
        """Whether it was left there on purpose."""
        row = self.rows.get((one.kind.value, one.name))
        return row is not None and row.kept


def intend(lease: Lease, objects: Iterable[tuple[OutsideKind, str, Account]]) -> None:
    """Record, in one transaction and under the lease, that these objects are about to be made."""
    with transaction.atomic():
        guard(lease)
        for kind, name, account in objects:
            LedgerEntry.objects.get_or_create(
                provider=account.provider,
                kind=kind.value,
                name=name,
                gone_at=None,
                defaults={
                    "tenant": account.tenant,
                    "owner_uid": account.owner_uid,
                    "cluster_uid": account.cluster_uid,
                },
            )


def confirm(provider: str, names: Iterable[str]) -> None:
    """The objects were seen to exist."""
    LedgerEntry.objects.filter(
        provider=provider, name__in=list(names), gone_at__isnull=True, confirmed_at__isnull=True
    ).update(confirmed_at=timezone.now())


def close(provider: str, names: Iterable[str]) -> None:
    """The objects were seen to be gone."""
    rows = LedgerEntry.objects.filter(
        provider=provider, name__in=list(names), gone_at__isnull=True, kept=False
    )
    rows.update(gone_at=timezone.now())


def keep(provider: str, names: Iterable[str]) -> None:
    """The objects stay, though what they were made for goes."""
    LedgerEntry.objects.filter(provider=provider, name__in=list(names), gone_at__isnull=True).update(
        kept=True
    )


def give_up(provider: str) -> list[str]:
    """What is open there, as kind and name. It is kept: nobody will see it go.

    A tenant's project is closed: another Provider of the same name makes a new one.
    """
    rows = LedgerEntry.objects.filter(provider=provider, gone_at__isnull=True, kept=False)
    given_up = [f"{row.kind} {row.name}" for row in rows.order_by("id")]
    rows.filter(kind=OutsideKind.PROJECT.value).update(gone_at=timezone.now())
    rows.update(kept=True)
    return given_up


def kept_names(cluster_uid: str) -> set[str]:
    """Names of what the cluster leaves behind on purpose."""
    rows = LedgerEntry.objects.filter(cluster_uid=cluster_uid, kept=True, gone_at__isnull=True)
    return set(rows.values_list("name", flat=True))


def note_evidence(provider: str, name: str, text: str) -> None:
    """Why a machine failed, as far as it is known; its end counts, and secrets do not stay in it."""
    kept = redact.text(text)
    if len(kept) > _LONGEST_EVIDENCE:
        head, _, console = kept.partition("\n\n")
        kept = f"{head}\n\n...{console[-_LONGEST_EVIDENCE:]}"
    LedgerEntry.objects.filter(provider=provider, name=name, gone_at__isnull=True).update(evidence=kept)


def open_names(cluster_uid: str, kind: OutsideKind) -> list[str]:
    """Names of that kind that the cluster's ledger still holds open."""
    rows = LedgerEntry.objects.filter(
        cluster_uid=cluster_uid, kind=kind.value, gone_at__isnull=True, kept=False
    )
    return list(rows.values_list("name", flat=True))


def open_kinds(cluster_uid: str) -> frozenset[str]:
    """Kinds of which the cluster's ledger holds something open."""
    rows = LedgerEntry.objects.filter(cluster_uid=cluster_uid, gone_at__isnull=True)
    return frozenset(rows.values_list("kind", flat=True).distinct())


def open_among(names: Iterable[str]) -> Recorded:
    """The entries that are open under these names."""
    asked = list(set(names))
    rows = [
        row
        for start in range(0, len(asked), _AT_ONCE)
        for row in LedgerEntry.objects.filter(name__in=asked[start : start + _AT_ONCE], gone_at__isnull=True)
    ]
    return Recorded({(row.kind, row.name): row for row in rows})


def clusters_ever() -> set[str]:
    """The uid of every cluster that this installation ever made something for."""
    return set(LedgerEntry.objects.exclude(cluster_uid="").values_list("cluster_uid", flat=True).distinct())


def tenant_of(cluster_uid: str) -> str:
    """Whose the cluster is, or was."""
    row = LedgerEntry.objects.filter(cluster_uid=cluster_uid).exclude(cluster_uid="").first()
    return row.tenant if row else ""


def has_entries(provider: str) -> bool:
    """Whether anything was ever to be made there."""
    return LedgerEntry.objects.filter(provider=provider).exists()


def open_projects(provider: str) -> list[str]:
    """Tenants that may have a project at the provider."""
    return list(_open_projects().filter(provider=provider).values_list("tenant", flat=True))


def has_project_elsewhere(tenant: str, provider: str) -> bool:
    """Whether the tenant may have one through another Provider, too, which may be of the same cloud."""
    return _open_projects().filter(tenant=tenant).exclude(provider=provider).exists()


def _open_projects() -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(kind=OutsideKind.PROJECT.value, gone_at__isnull=True, kept=False)


def balance(cluster_uid: str) -> Balance:
    """What the ledger of a cluster adds up to."""
    rows = LedgerEntry.objects.filter(cluster_uid=cluster_uid)
    kept = tuple(sorted(kept_names(cluster_uid)))
    return Balance(created=rows.count(), gone=rows.filter(gone_at__isnull=False).count(), kept=kept)


def entries(cluster_uid: str) -> list[Mapping[str, str | bool | None]]:
    """Every entry of a cluster's ledger, oldest first, as the API shows it."""
    return [
        {
            "kind": row.kind,
            "name": row.name,
            "createdAt": row.intended_at.isoformat(),
            "goneAt": row.gone_at.isoformat() if row.gone_at else None,
            "kept": row.kept,
            "evidence": row.evidence,
        }
        for row in LedgerEntry.objects.filter(cluster_uid=cluster_uid).order_by("id")
    ]
