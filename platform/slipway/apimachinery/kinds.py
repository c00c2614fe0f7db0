"""What a kind is. A kind is declared in one file: a spec model, columns, and the few rules that are its own.

Pure data: the registry below is filled by the apps' `ready()` and read by store, views and OpenAPI.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

Document = dict[str, Any]
"""One object as JSON: apiVersion, kind, metadata, spec, status."""

Verb = Literal["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
ALL_VERBS: tuple[Verb, ...] = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
)
READ_VERBS: tuple[Verb, ...] = ("get", "list", "watch")


class Model(BaseModel):
    """Base of all spec and status models. Python names are snake_case, JSON names camelCase.

    Field descriptions are the text of `kubectl explain`; constraints become OpenAPI.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        alias_generator=lambda name: (
            name.split("_")[0] + "".join(w.capitalize() for w in name.split("_")[1:])
        ),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One printer column. `value` gets the document and returns a JSON value (dates as RFC 3339 strings)."""

    name: str
    value: Callable[[Document], Any]
    type: Literal["string", "integer", "boolean", "date", "number"] = "string"
    description: str = ""
    wide: bool = False  # only with -o wide


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with an object: becomes a cause of the Status answer."""

    field: str  # path as in spec.controlPlane.replicas
    message: str
    reason: Literal[
        "FieldValueInvalid",
        "FieldValueRequired",
        "FieldValueNotSupported",
        "FieldValueForbidden",
        "FieldValueDuplicate",
    ] = "FieldValueInvalid"


class Reader(Protocol):
    """What admission may look at: the other objects."""

    def get(self, plural: str, namespace: str, name: str) -> Document | None: ...
    def list(self, plural: str, namespace: str | None = None) -> list[Document]: ...


@dataclass(frozen=True, slots=True)
class Admission:
    """What a kind's own rules are given, inside the write's transaction."""

    new: Document  # after defaulting and model validation; may be changed by `default`
    old: Document | None  # None on create
    user: str
    reader: Reader
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Where `kubectl scale` and autoscalers find the numbers (dotted paths)."""

    spec_replicas: str = "spec.replicas"
    status_replicas: str = "status.replicas"
    selector: str = "status.selector"


@dataclass(frozen=True, slots=True)
class Subresource:
    """An extra path under an object, such as clusters/kubeconfig.

    `handler(request, document)` gets the DRF request and the parent object once access is granted, and
    returns a DRF or Django response (streaming allowed). `kind` is what discovery says that the path takes
    and gives. Where create does not need the object, the handler gets one with nothing but name and namespace.
    """

    name: str
    kind: str
    verbs: tuple[Literal["get", "create"], ...]
    handler: Callable[..., Any]
    needs_object: bool = True  # for create


def _no_default(_: Admission) -> None:
    return None


def _as_it_is(document: Document) -> Document:
    return document


def _no_errors(_: Admission) -> list[FieldError]:
    return []


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of the API."""

    kind: str
    plural: str
    spec: type[BaseModel]
    status: type[BaseModel]
    columns: tuple[Column, ...]
    group: str = "slipway.dev"
    version: str = "v1"
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] = ALL_VERBS
    scale: Scale | None = None
    reconciled: bool = False  # every change of spec, labels or deletionTimestamp queues a reconcile
    finalizers: tuple[str, ...] = ()  # put on at creation; the object stays until they are taken off
    secret_fields: tuple[
        str, ...
    ] = ()  # dotted spec paths that are write-only: stored encrypted, never shown
    default: Callable[[Admission], None] = field(
        default=_no_default
    )  # fills what is left out, before `validate`
    validate: Callable[[Admission], list[FieldError]] = field(default=_no_errors)
    description: str = ""
    schema: Mapping[str, Any] | None = (
        None  # OpenAPI properties of objects without spec and status, such as Event
    )
    source: str = ""  # plural of the stored kind that this one is a read-only view of, such as Namespace
    project: Callable[[Document], Document] = field(
        default=_as_it_is
    )  # from a source object to the one shown

    @property
    def stored_plural(self) -> str:
        """Where the objects are in the store."""
        return self.source or self.plural

    @property
    def singular(self) -> str:
        """Lower-case kind, as kubectl prints it in `cluster.slipway.dev/web created`."""
        return self.kind.lower()

    @property
    def api_version(self) -> str:
        """`group/version`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


class Registry:
    """All kinds of this process by plural, and the subresources that others hang under them."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._subresources: dict[str, dict[str, Subresource]] = {}
        self._advisers: dict[str, Callable[[Document], list[str]]] = {}

    def register(self, *kinds: Kind) -> None:
        """Add kinds; a plural may be registered once (again with the same object is fine)."""
        for kind in kinds:
            if self._kinds.setdefault(kind.plural, kind) is not kind:
                raise ValueError(f"two kinds are called {kind.plural}")

    def add_subresource(self, plural: str, subresource: Subresource) -> None:
        """Serve `/{plural}/{name}/{subresource.name}`."""
        self._subresources.setdefault(plural, {})[subresource.name] = subresource

    def add_adviser(self, plural: str, adviser: Callable[[Document], list[str]]) -> None:
        """Ask `adviser` after each write over HTTP that changed what is wanted; it may take seconds."""
        self._advisers[plural] = adviser

    def advice(self, plural: str, document: Document) -> list[str]:
        """Warnings for who wrote the object."""
        adviser = self._advisers.get(plural)
        return adviser(document) if adviser else []

    def kind(self, plural: str) -> Kind | None:
        """The kind of that plural, if there is one."""
        return self._kinds.get(plural)

    def kinds(self) -> list[Kind]:
        """Every kind, in the order of registration."""
        return list(self._kinds.values())

    def subresources(self, plural: str) -> Mapping[str, Subresource]:
        """The extra subresources of a kind, by name (status and scale are not among them)."""
        return self._subresources.get(plural, {})


registry = Registry()
