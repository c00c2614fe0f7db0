"""Query parameters of lists, watches and writes, parsed and checked once."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from slipway.apimachinery import selectors
from slipway.apimachinery.errors import BadRequest
from slipway.apimachinery.selectors import FieldSelector, Selector

FieldValidation = Literal["Ignore", "Warn", "Strict"]


@dataclass(frozen=True, slots=True)
class Continue:
    """Where the next chunk of a list begins, and the resourceVersion that all its chunks carry."""

    version: int
    namespace: str
    name: str

    def token(self) -> str:
        """The opaque text given to the client."""
        return base64.urlsafe_b64encode(
            json.dumps([self.version, self.namespace, self.name]).encode()
        ).decode()

    @classmethod
    def parse(cls, token: str) -> "Continue":
        """What `token` made; anything else is refused."""
        try:
            version, namespace, name = json.loads(base64.urlsafe_b64decode(token))
            return cls(int(version), str(namespace), str(name))
        except (ValueError, TypeError):
            raise BadRequest("the continue token is not valid") from None


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Of list, watch and deletecollection."""

    labels: Selector
    fields: FieldSelector
    limit: int
    after: Continue | None
    version: int | None
    match: str
    watch: bool
    bookmarks: bool
    initial_events: bool
    timeout: int

    @classmethod
    def parse(cls, query: Mapping[str, str], plural: str) -> "ListOptions":
        """From the query string, with the combinations that make no sense refused."""
        token, match, version = (
            query.get("continue", ""),
            query.get("resourceVersionMatch", ""),
            _version(query),
        )
        initial, watch = _flag(query, "sendInitialEvents"), _flag(query, "watch")
        if match and token:
            raise BadRequest("resourceVersionMatch is forbidden when continue is provided")
        if match and version is None and not initial:
            raise BadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided")
        if match not in ("", "Exact", "NotOlderThan") or (match == "Exact" and version == 0):
            raise BadRequest(f"resourceVersionMatch {match!r} is not supported here")
        if initial and not (watch and match == "NotOlderThan"):
            raise BadRequest("sendInitialEvents needs watch=true and resourceVersionMatch=NotOlderThan")
        return cls(
            labels=selectors.parse_labels(query.get("labelSelector", "")),
            fields=selectors.parse_fields(query.get("fieldSelector", ""), plural),
            limit=_number(query, "limit"),
            after=Continue.parse(token) if token else None,
            version=version,
            match=match,
            watch=watch,
            bookmarks=_flag(query, "allowWatchBookmarks"),
            initial_events=initial,
            timeout=_number(query, "timeoutSeconds"),
        )


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """Of create, update, patch and delete."""

    dry_run: bool
    manager: str
    force: bool
    validation: FieldValidation

    @classmethod
    def parse(cls, query: Mapping[str, str], user_agent: str) -> "WriteOptions":
        """From the query string; without fieldManager the client's program name is the manager."""
        dry_run, validation = query.get("dryRun", ""), query.get("fieldValidation", "") or "Warn"
        if dry_run not in ("", "All"):
            raise BadRequest(f'dryRun: Unsupported value: "{dry_run}": supported values: "All"')
        if validation not in get_args(FieldValidation):
            raise BadRequest(f'fieldValidation: Unsupported value: "{validation}"')
        return cls(
            dry_run=bool(dry_run),
            manager=(query.get("fieldManager") or user_agent.partition("/")[0] or "unknown")[:128],
            force=_flag(query, "force"),
            validation=cast("FieldValidation", validation),
        )


def _flag(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() in ("true", "1")


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "") or "0"
    if not text.isdecimal():
        raise BadRequest(f"{name} must be a number, not {text!r}")
    return int(text)


def _version(query: Mapping[str, str]) -> int | None:
    return _number(query, "resourceVersion") if query.get("resourceVersion") else None
