"""From a body to an object of the addressed kind; the client says what becomes of unknown fields."""

from dataclasses import dataclass, field
from typing import Any

from slipway.apimachinery import schemas
from slipway.apimachinery.bodies import Body
from slipway.apimachinery.errors import BadRequest
from slipway.apimachinery.kinds import Document, Kind
from slipway.apimachinery.options import FieldValidation


@dataclass(frozen=True)
class Decoder:
    """Decodes what is written under one address; `warnings` go into the answer's headers."""

    kind: Kind
    namespace: str
    name: str
    validation: FieldValidation
    warnings: list[str] = field(default_factory=list)

    def body(self, body: Body) -> Document:
        """The object in a body, without unknown fields."""
        document = self.known(body.value, [f'duplicate field "{path}"' for path in body.duplicates])
        return self.addressed(document)

    def known(self, value: Any, problems: list[str] | None = None) -> Document:
        """The object without the fields its schema does not know: refused, warned of or silently left out."""
        if not isinstance(value, dict):
            raise BadRequest("the body must be an object")
        if not isinstance(value.get("metadata", {}), dict | None):
            raise BadRequest("metadata must be an object")
        pruned, unknown = schemas.prune(schemas.of(self.kind.plural), value)
        found = [*(problems or []), *(f'unknown field "{path}"' for path in unknown)]
        if found and self.validation == "Strict":
            raise BadRequest(f"strict decoding error: {', '.join(found)}")
        if self.validation == "Warn":
            self.warnings.extend(found)
        document: Document = pruned
        return document

    def addressed(self, document: Document) -> Document:
        """The object, if it is what the address says; what it leaves out comes from the address."""
        kind = self.kind
        for key, wanted in (("apiVersion", kind.api_version), ("kind", kind.kind)):
            if document.get(key, wanted) != wanted:
                raise BadRequest(f"the object's {key} is {document[key]!r}, the address is of {wanted!r}")
        metadata = dict(document.get("metadata") or {})
        if kind.namespaced and metadata.get("namespace") not in (None, "", self.namespace):
            raise BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request: "
                f"{metadata['namespace']!r} is not {self.namespace!r}"
            )
        if self.name and metadata.get("name") not in (None, "", self.name):
            raise BadRequest(
                f"the name of the object ({metadata['name']}) does not match the one on the URL ({self.name})"
            )
        if kind.namespaced:
            metadata["namespace"] = self.namespace
        if self.name:
            metadata["name"] = self.name
        return {**document, "metadata": metadata}
