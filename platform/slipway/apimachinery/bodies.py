"""Request bodies: size, JSON or YAML, and every field that is written twice."""

import json
from dataclasses import dataclass
from typing import Any

import yaml
from django.http import HttpRequest

from slipway.apimachinery import patches
from slipway.apimachinery.errors import BadRequest, TooLarge, UnsupportedMediaType

LIMIT = 3 * 1024 * 1024
_NODES_LIMIT = (
    500_000  # a YAML document can name itself again and again: 3 MiB of text is no limit for what it means
)

JSON = "application/json"
YAML = "application/yaml"
_AS_JSON = (JSON, patches.MERGE, patches.JSON)
_AS_YAML = (YAML, "application/x-yaml", "text/yaml", patches.APPLY)


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent, and the paths of fields that it has twice (the last one counts)."""

    content_type: str
    value: Any
    duplicates: tuple[str, ...] = ()


class _Mapping(dict[str, Any]):
    """An object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def read(
    request: HttpRequest, allowed: tuple[str, ...] = (JSON, YAML, "application/x-yaml", "text/yaml")
) -> Body:
    """The decoded body, or an error that says what is wrong with it."""
    content_type = content_type_of(request)
    if content_type not in allowed:
        names = ", ".join(allowed)
        raise UnsupportedMediaType(
            f"the body of the request was in an unknown format - accepted media types include: {names}"
        )
    text = raw(request)
    try:
        value = _json(text) if content_type in _AS_JSON else _yaml(text)
        duplicates: list[str] = []
        plain = _Walk(duplicates).plain(value, "")
    except RecursionError:
        raise BadRequest("the body is nested too deeply") from None
    return Body(content_type, plain, tuple(duplicates))


def raw(request: HttpRequest) -> bytes:
    """The bytes of the body, unless there are too many."""
    data: bytes = request.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise TooLarge(f"the request is larger than {LIMIT} bytes")
    return data


def content_type_of(request: HttpRequest) -> str:
    """The media type without parameters; JSON when none is given."""
    return (request.META.get("CONTENT_TYPE") or JSON).partition(";")[0].strip().lower()


def _json(text: bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from None


def _yaml(text: bytes) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - derived from the safe loader
    except (yaml.YAMLError, ValueError) as error:
        said = " ".join(str(error).split())
        raise BadRequest(f"the body is not YAML: {said}") from None


def _no_constant(name: str) -> Any:
    raise BadRequest(f"the body is not JSON: {name} is no number")


def _pairs(pairs: list[tuple[Any, Any]]) -> _Mapping:
    result = _Mapping(pairs)
    if len(result) < len(pairs):
        keys = [k for k, _ in pairs]
        result.twice = tuple(sorted({str(k) for k in keys if keys.count(k) > 1}))
    return result


class _Loader(yaml.CSafeLoader):
    """YAML as JSON has it: no dates, no keys but strings."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and form are PyYAML's
        first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object_pairs(self, node: yaml.MappingNode) -> _Mapping:
        """A mapping with its duplicates; merge keys (<<) are resolved first."""
        own = [
            (self.construct_object(k, deep=True), v)
            for k, v in node.value
            if k.tag != "tag:yaml.org,2002:merge"
        ]
        twice = _pairs([(k, None) for k, _ in own]).twice
        self.flatten_mapping(node)
        result = _Mapping(dict[Any, Any](self.construct_mapping(node, deep=True)))
        result.twice = twice
        return result


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_object_pairs)


class _Walk:
    """Turns the decoder's mappings into plain ones and collects duplicates with their paths."""

    def __init__(self, duplicates: list[str]) -> None:
        self._duplicates = duplicates
        self._nodes = 0

    def plain(self, value: Any, path: str) -> Any:
        self._nodes += 1
        if self._nodes > _NODES_LIMIT:
            raise BadRequest("the body stands for too many values")
        if isinstance(value, dict):
            if isinstance(value, _Mapping):
                self._duplicates += [f"{path}.{key}" if path else key for key in value.twice]
            return {self._key(k): self.plain(v, f"{path}.{k}" if path else str(k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self.plain(v, f"{path}[{i}]") for i, v in enumerate(value)]
        if isinstance(value, str):
            return self._storable(value, path)
        if value is None or isinstance(value, int | float | bool):
            return value
        raise BadRequest(f"{path}: {type(value).__name__} has no place in JSON")

    @staticmethod
    def _storable(text: str, path: str) -> str:
        """No database keeps NUL or half a surrogate pair."""
        if "\x00" in text or (not text.isascii() and text.encode(errors="ignore").decode() != text):
            raise BadRequest(f"{path}: the text holds characters that cannot be stored")
        return text

    @classmethod
    def _key(cls, key: Any) -> str:
        if isinstance(key, str):
            return cls._storable(key, "a key")
        raise BadRequest(f"the key {key!r} is not a string")
