"""What a client accepts: JSON or YAML, and whether it wants Tables, bare metadata or aggregated discovery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from slipway.apimachinery.errors import NotAcceptable

_TYPES = {
    "application/json": "json",
    "application/*": "json",
    "*/*": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "text/plain": "json",
}
_META = "meta.k8s.io"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One choice out of the Accept header."""

    format: str = "json"
    shape: str = ""  # '' for the object itself, or Table, PartialObjectMetadata, APIGroupDiscoveryList ...
    version: str = ""

    @property
    def media_type(self) -> str:
        """Content-Type of the answer."""
        base = f"application/{self.format}"
        return (
            f"{base};g=apidiscovery.k8s.io;v={self.version};as={self.shape}"
            if "Discovery" in self.shape
            else base
        )


def choices(header: str) -> list[Accepted]:
    """What the header lists and we speak, in its order."""
    found = []
    for entry in (header or "*/*").split(","):
        media, *parameters = (part.strip() for part in entry.split(";"))
        given = dict(p.split("=", 1) for p in parameters if "=" in p)
        if media in _TYPES and given.get("q") != "0":
            found.append(Accepted(_TYPES[media], given.get("as", ""), given.get("v", "")))
    return found


def choose(header: str, shapes: Sequence[tuple[str, str]] = ()) -> Accepted:
    """The first choice whose shape is on offer; the plain object always is."""
    for choice in choices(header):
        if not choice.shape or (choice.shape, choice.version) in shapes:
            return choice
    raise NotAcceptable("only the following media types are accepted: application/json, application/yaml")


class Negotiation(BaseContentNegotiation):
    """DRF's hook; the view says which shapes it offers."""

    def select_parser(self, request: Request, parsers: Iterable[object]) -> None:
        """None: DRF parses nothing."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - DRF's signature
    ) -> tuple[BaseRenderer, str]:
        """The renderer of the chosen format."""
        shapes = getattr((request.parser_context or {}).get("view"), "shapes", ())
        accepted = choose(request.headers.get("Accept", ""), shapes)
        request.accepted = accepted  # type: ignore[attr-defined] # read by the views
        chosen = next(r for r in renderers if r.format == accepted.format)
        return chosen, accepted.media_type
