"""Writes over HTTP: decode, change under the row lock, keep account of who owns which field, answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from slipway.apimachinery import access, bodies, ownership, patches, scale, schemas, secretfields
from slipway.apimachinery.apply import apply
from slipway.apimachinery.bodies import Body
from slipway.apimachinery.decoding import Decoder
from slipway.apimachinery.errors import (
    AlreadyExists,
    BadRequest,
    Conflict,
    Invalid,
    NotFound,
    UnsupportedMediaType,
)
from slipway.apimachinery.kinds import Document, FieldError, Kind
from slipway.apimachinery.options import WriteOptions
from slipway.apimachinery.store import store

PROPAGATION = ("", "Background", "Foreground", "Orphan")


@dataclass(frozen=True)
class Writer:
    """One write to one address."""

    kind: Kind
    namespace: str
    name: str
    request: Request
    user: str
    options: WriteOptions
    decoder: Decoder

    @classmethod
    def of(cls, request: Request, kind: Kind, namespace: str, name: str) -> "Writer":
        """From the request, its options checked."""
        options = WriteOptions.parse(request.query_params.dict(), request.headers.get("User-Agent", ""))
        decoder = Decoder(kind, namespace, name, options.validation)
        return cls(kind, namespace, name, request, access.username(request.user), options, decoder)

    @property
    def warnings(self) -> list[str]:
        """What the client should be told about its body."""
        return self.decoder.warnings

    def create(self) -> Document:
        """POST."""
        document = self.decoder.body(bodies.read(self.request._request))  # noqa: SLF001 - DRF has no other name for it
        document.pop("status", None)
        return self._create(self._tracked(None, document))

    def update(self) -> Document:
        """PUT: the resourceVersion is what makes it safe, so it has to be there."""
        document = self.decoder.body(bodies.read(self.request._request))  # noqa: SLF001 - the same
        if not document["metadata"].get("resourceVersion"):
            message = "must be specified for an update"
            raise Invalid(self.kind.plural, self.name, [FieldError("metadata.resourceVersion", message)])
        return self._edit(lambda old: self._tracked(old, document))

    def patch(self, may_create: Callable[[], None]) -> tuple[Document, bool]:
        """PATCH: the object, and whether an apply made it. Strategic merge is for built-in kinds only."""
        content_type = bodies.content_type_of(self.request._request)  # noqa: SLF001 - the same
        if content_type not in patches.SUPPORTED:
            listed = ", ".join(patches.SUPPORTED)
            raise UnsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: " + listed
            )
        body = bodies.read(self.request._request, patches.SUPPORTED)  # noqa: SLF001 - the same
        if content_type == patches.APPLY:
            return self._apply(body, may_create)
        return self._edit(lambda old: self._tracked(old, self._patched(old, body))), False

    def scale(self, verb: str, load: Callable[[], Document]) -> Document:
        """GET, PUT and PATCH of the scale."""
        scaling = self.kind.scale
        if scaling is None:
            raise NotFound(self.kind.plural, self.name)
        if verb == "get":
            return scale.of(scaling, load())
        allowed = (patches.MERGE, patches.JSON) if verb == "patch" else (bodies.JSON, bodies.YAML)
        body = bodies.read(self.request._request, allowed)  # noqa: SLF001 - the same

        def change(old: Document) -> Document:
            before = scale.of(scaling, old)
            wanted = patches.patched(body.content_type, before, body.value) if verb == "patch" else body.value
            return self._tracked(old, scale.scaled(self.kind, scaling, old, wanted), subresource="scale")

        return scale.of(scaling, self._edit(change))

    def _patched(self, old: Document, body: Body) -> Document:
        problems = [f'duplicate field "{path}"' for path in body.duplicates]
        after = self.decoder.known(patches.patched(body.content_type, old, body.value), problems)
        return self.decoder.addressed(after)

    def _apply(self, body: Body, may_create: Callable[[], None]) -> tuple[Document, bool]:
        wanted = self.decoder.body(body)
        if not self.request.query_params.get("fieldManager"):
            raise BadRequest(
                "PatchOptions is invalid: fieldManager: Required value: is required for apply patch"
            )
        if (body.value.get("metadata") or {}).get("managedFields"):
            raise BadRequest("metadata.managedFields must be nil")
        for key in ("apiVersion", "kind"):
            if key not in wanted:
                raise BadRequest(f"{key} must be set in an apply patch")
        bare, secrets = secretfields.take_out(self.kind, wanted)

        def applied(old: Document | None) -> Document:
            merged = apply(self.kind, old, bare, self.options.manager, force=self.options.force)
            if version := wanted["metadata"].get("resourceVersion"):
                merged["metadata"]["resourceVersion"] = version
            return secretfields.put_back(merged, secrets)

        try:
            return self._edit(applied), False
        except NotFound:
            may_create()
        if wanted["metadata"].get("uid"):
            raise Conflict(self.kind.plural, self.name, "uid mismatch: the object does not exist")
        try:
            return self._create(applied(None)), True
        except AlreadyExists:  # somebody was faster
            return self._edit(applied), False

    def _tracked(self, old: Document | None, new: Document, subresource: str = "") -> Document:
        """The new object with ownership brought up to date; write-only fields belong to nobody."""
        bare, secrets = secretfields.take_out(self.kind, new)
        schema = schemas.of(self.kind.plural)
        tracked = ownership.track(old, bare, schema, self.options.manager, subresource)
        return secretfields.put_back(tracked, secrets)

    def _create(self, document: Document) -> Document:
        return store.create(self.kind.plural, document, user=self.user, dry_run=self.options.dry_run)

    def _edit(self, change: Callable[[Document], Document]) -> Document:
        return store.edit(
            self.kind.plural, self.namespace, self.name, change, user=self.user, dry_run=self.options.dry_run
        )


@dataclass(frozen=True)
class Deletion:
    """The options of a delete, from the query or the body."""

    user: str
    dry_run: bool
    uid: str
    resource_version: str

    @classmethod
    def of(cls, request: Request) -> "Deletion":
        """Checked. Propagation is accepted: what an object owns goes with it in any case."""
        options: dict[str, Any] = _delete_options(request)
        query = request.query_params
        dry_run = query.getlist("dryRun") or options.get("dryRun") or []
        if any(d != "All" for d in dry_run):
            raise BadRequest('dryRun: Unsupported value: supported values: "All"')
        propagation = query.get("propagationPolicy") or options.get("propagationPolicy") or ""
        if propagation not in PROPAGATION:
            raise BadRequest(f"propagationPolicy: Unsupported value: {propagation!r}")
        conditions = options.get("preconditions") or {}
        return cls(
            user=access.username(request.user),
            dry_run=bool(dry_run),
            uid=conditions.get("uid") or "",
            resource_version=conditions.get("resourceVersion") or "",
        )

    def delete(self, kind: Kind, namespace: str, name: str) -> Document:
        """Delete one object under these options."""
        return store.delete(
            kind.plural,
            namespace,
            name,
            uid=self.uid or None,
            resource_version=self.resource_version or None,
            dry_run=self.dry_run,
        )


def _delete_options(request: Request) -> dict[str, Any]:
    if not request.headers.get("Content-Length") or request.headers["Content-Length"] == "0":
        return {}
    value = bodies.read(request._request).value  # noqa: SLF001 - DRF has no other name for it
    if not isinstance(value, dict):
        raise BadRequest("DeleteOptions must be an object")
    return value
