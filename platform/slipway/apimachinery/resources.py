"""Every kind's REST endpoints: collection, object and subresources, by the verbs the kind has."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from slipway.apimachinery import access, changes, lists, namespaces, reviews, tables, writing
from slipway.apimachinery.base import ApiView, accepted
from slipway.apimachinery.errors import BadRequest, Expired, Forbidden, MethodNotAllowed, NoSuchPath, NotFound
from slipway.apimachinery.kinds import Document, Kind, registry
from slipway.apimachinery.options import ListOptions
from slipway.apimachinery.store import store
from slipway.apimachinery.streams import Watch

log = logging.getLogger(__name__)

_SHAPES = (
    ("Table", "v1"),
    ("PartialObjectMetadata", "v1"),
    ("PartialObjectMetadataList", "v1"),
)
_MOST_WARNINGS, _LONGEST_WARNING = 20, 200  # all of them together have to fit into a header


class ResourceView(ApiView):
    """What is common to the endpoints of a kind: address, access, and the shape of answers."""

    shapes = _SHAPES
    kind: Kind
    namespace: str | None
    name: str
    subresource: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the kind that the path is about."""
        super().initial(request, *args, **kwargs)
        if "\x00" in request.get_full_path() or "%00" in request.get_full_path():
            raise BadRequest("the address holds a NUL, which no name or selector can")
        kind = registry.kind(kwargs["plural"])
        namespace = kwargs.get("namespace")
        if (
            kind is None
            or (kind.group, kind.version) != (kwargs.get("group", ""), kwargs["version"])
            or (namespace and not kind.namespaced)
        ):
            raise NoSuchPath("the server could not find the requested resource")
        self.kind, self.namespace = kind, namespace
        self.name, self.subresource = kwargs.get("name", ""), kwargs.get("subresource", "")

    def require(self, verb: str) -> None:
        """The kind has that verb, and the user may use it here."""
        kind = self.kind
        if not self.subresource and verb not in kind.verbs:
            raise MethodNotAllowed("the server does not allow this method on the requested resource")
        place = self.namespace or ""
        access.require(self.request.user, verb, kind.group, kind.plural, self.subresource, place, self.name)

    def load(self) -> Document:
        """The object of the address, or 404."""
        found = store.get(self.kind.stored_plural, self.namespace or "", self.name)
        if found is None or (self.kind.namespaced and self.namespace is None):
            raise NotFound(self.kind.plural, self.name)
        return self.kind.project(found)

    def answer(self, document: Document, status: int = 200, warnings: list[str] | None = None) -> Response:
        """One object in the shape the client wants."""
        choice = accepted(self.request)
        if choice.shape == "Table":
            metadata = {"resourceVersion": document["metadata"].get("resourceVersion", "")}
            include = self.request.query_params.get("includeObject", "")
            document = tables.table(self.kind, [document], metadata, include)
        elif choice.shape:
            document = tables.partial(document)
        return self.warned(Response(document, status=status), warnings or [])

    def written(self, writer: writing.Writer, document: Document, status: int) -> Response:
        """The object as it was written, and what its writer should know."""
        return self.answer(document, status, [*writer.warnings, *self.advice(document)])

    def advice(self, document: Document) -> list[str]:
        """Only of what nobody has looked at yet: the status speaks of the rest."""
        seen = document.get("status", {}).get("observedGeneration", 0)
        if document["metadata"].get("generation", 1) == seen:
            return []
        try:
            return registry.advice(self.kind.plural, document)
        except Exception:  # the write is done: no answer may say that it failed
            log.exception("no advice on %s %s", self.kind.plural, document["metadata"]["name"])
            return []

    def warned(self, response: Response, warnings: list[str]) -> Response:
        """With the header that kubectl prints."""
        if warnings:
            response["Warning"] = ", ".join(f'299 - "{_quoted(w)}"' for w in warnings[:_MOST_WARNINGS])
        return response


class CollectionView(ResourceView):
    """`/{plural}`, in a namespace or across all."""

    def get(self, _request: Request, **_: Any) -> HttpResponseBase:
        """list and watch."""
        options = ListOptions.parse(self.request.query_params.dict(), self.kind.plural)
        self.require("watch" if options.watch else "list")
        visible = access.visible(self.request.user, self.kind, self.namespace)
        rows = lists.rows_of(self.kind, self.namespace, visible, options)
        if options.watch:
            return self._watch(options, visible, rows)
        documents, metadata = lists.fetch(self.kind, rows, options)
        return Response(self._listed(documents, metadata))

    def post(self, _request: Request, **_: Any) -> HttpResponseBase:
        """create."""
        if self.kind.namespaced and self.namespace is None:
            raise MethodNotAllowed("the server does not allow this method on the requested resource")
        self.require("create")
        self._namespace_takes_objects()
        writer = writing.Writer.of(self.request, self.kind, self.namespace or "", "")
        return self.written(writer, writer.create(), 201)

    def delete(self, _request: Request, **_: Any) -> HttpResponseBase:
        """deletecollection."""
        options = ListOptions.parse(self.request.query_params.dict(), self.kind.plural)
        self.require("deletecollection")
        visible = access.visible(self.request.user, self.kind, self.namespace)
        rows = lists.rows_of(self.kind, self.namespace, visible, options)
        documents, metadata = lists.fetch(self.kind, rows, options)
        deletion = writing.Deletion.of(self.request)
        gone = [d for d in documents if self._delete_if_there(deletion, d)]
        return Response(self._listed(gone, metadata))

    def _delete_if_there(self, deletion: "writing.Deletion", document: Document) -> bool:
        held = document["metadata"]
        try:
            deletion.delete(self.kind, held.get("namespace", ""), held["name"])
        except NotFound:  # somebody was faster, or it went with its owner
            return False
        return True

    def _listed(self, documents: list[Document], metadata: dict[str, Any]) -> Document:
        shape = accepted(self.request).shape
        if shape == "Table":
            include = self.request.query_params.get("includeObject", "")
            return tables.table(self.kind, documents, metadata, include)
        if shape:
            items = [tables.partial(d) for d in documents]
            head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
            return {**head, "metadata": metadata, "items": items}
        return lists.document(self.kind, documents, metadata)

    def _watch(self, options: ListOptions, visible: set[str] | None, rows: Any) -> HttpResponseBase:
        newest, floor = changes.position()
        if options.version and not floor <= options.version <= newest:
            raise Expired(f"too old resource version: {options.version} ({floor})")
        watch = Watch(
            kind=self.kind,
            namespace=self.namespace,
            visible=visible,
            options=options,
            shape=accepted(self.request).shape,
            include=self.request.query_params.get("includeObject", ""),
            allowed=self._still_allowed(visible),
            rows=rows,
        )
        response = StreamingHttpResponse(watch.stream(), content_type="application/json")
        response["X-Accel-Buffering"] = "no"
        return response

    def _still_allowed(self, visible: set[str] | None) -> Callable[[], bool]:
        def ask() -> bool:
            try:
                self.perform_authentication(fresh := self.initialize_request(self.request._request))  # noqa: SLF001
                user = fresh.user
                access.require(user, "watch", self.kind.group, self.kind.plural, "", self.namespace or "", "")
            except Exception:  # noqa: BLE001 - whatever keeps the user out now ends the watch; the next request says why
                return False
            return access.visible(user, self.kind, self.namespace) == visible

        return ask

    def _namespace_takes_objects(self) -> None:
        if not self.kind.namespaced:
            return
        spaces = registry.kind("namespaces")
        if spaces is None or registry.kind(spaces.stored_plural) is None:
            return
        found = store.get(spaces.stored_plural, "", self.namespace or "")
        if found is None:
            raise NotFound("namespaces", self.namespace or "", way_out=namespaces.WAY_OUT)
        if "deletionTimestamp" in found["metadata"]:
            raise Forbidden(
                f"{self.kind.plural} is forbidden: unable to create new content in namespace "
                f"{self.namespace} because it is being terminated"
            )


class ObjectView(ResourceView):
    """`/{plural}/{name}`."""

    def get(self, _request: Request, **_: Any) -> HttpResponseBase:
        """get."""
        self.require("get")
        return self.answer(self.load())

    def put(self, _request: Request, **_: Any) -> HttpResponseBase:
        """update."""
        self.require("update")
        writer = writing.Writer.of(self.request, self.kind, self.namespace or "", self.name)
        return self.written(writer, writer.update(), 200)

    def patch(self, _request: Request, **_: Any) -> HttpResponseBase:
        """patch, in all three formats; an apply patch may create."""
        self.require("patch")
        writer = writing.Writer.of(self.request, self.kind, self.namespace or "", self.name)
        document, created = writer.patch(lambda: self.require("create"))
        return self.written(writer, document, 201 if created else 200)

    def delete(self, _request: Request, **_: Any) -> HttpResponseBase:
        """delete: the object while finalizers hold it, else a Status."""
        self.require("delete")
        document = writing.Deletion.of(self.request).delete(self.kind, self.namespace or "", self.name)
        if document["metadata"].get("deletionTimestamp"):
            return self.answer(document)
        return Response(reviews.success(self.kind, document))


class SubresourceView(ResourceView):
    """`/{plural}/{name}/{subresource}`: status, scale and what the registry hangs there."""

    def get(self, _request: Request, **_: Any) -> HttpResponseBase:
        """get of any subresource."""
        return self._serve("get")

    def post(self, _request: Request, **_: Any) -> HttpResponseBase:
        """create of a custom subresource."""
        return self._serve("create")

    def put(self, _request: Request, **_: Any) -> HttpResponseBase:
        """update of the scale."""
        return self._serve("update")

    def patch(self, _request: Request, **_: Any) -> HttpResponseBase:
        """patch of the scale."""
        return self._serve("patch")

    def _serve(self, verb: str) -> HttpResponseBase:
        extra = registry.subresources(self.kind.plural).get(self.subresource)
        scalable = self.subresource == "scale" and self.kind.scale is not None
        if not (extra or scalable or (self.subresource == "status" and self.kind.schema is None)):
            raise NoSuchPath("the server could not find the requested resource")
        allowed = extra.verbs if extra else ("get", "update", "patch") if scalable else ("get",)
        if verb not in allowed:
            raise MethodNotAllowed("the server does not allow this method on the requested resource")
        self.require(verb)
        if extra:
            here = self.load if extra.needs_object or verb != "create" else self._address
            response: HttpResponseBase = extra.handler(self.request, here())
            return response
        if scalable:
            writer = writing.Writer.of(self.request, self.kind, self.namespace or "", self.name)
            answer = Response(writer.scale(verb, self.load))
            return answer if verb == "get" else self.warned(answer, self.advice(self.load()))
        return self.answer(self.load())

    def _address(self) -> Document:
        return {"metadata": {"name": self.name, "namespace": self.namespace or ""}}


def _quoted(text: str) -> str:
    """As it may stand in a header: field names are the client's and can hold anything."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in text[:_LONGEST_WARNING])
    return plain.replace("\\", "\\\\").replace('"', '\\"')
