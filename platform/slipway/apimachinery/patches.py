"""The patch formats of PATCH: merge patch and JSON patch. Server-side apply is in `apply`."""

from typing import Any

import jsonpatch
import jsonpointer

from slipway.apimachinery.errors import ApiError, BadRequest
from slipway.apimachinery.kinds import Document

MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
SUPPORTED = (JSON, MERGE, APPLY)


class PatchFailed(ApiError):  # noqa: N818 - as its siblings in errors
    """A JSON patch does not fit the object."""

    http, reason = 422, "Invalid"


def patched(content_type: str, document: Document, patch: Any) -> Document:
    """The document after the patch."""
    if content_type == MERGE:
        if not isinstance(patch, dict):
            raise BadRequest("a merge patch must be an object")
        merged: Document = merge(document, patch)
        return merged
    if not isinstance(patch, list):
        raise BadRequest("a JSON patch must be a list of operations")
    try:
        result = jsonpatch.apply_patch(document, patch)
    except jsonpatch.InvalidJsonPatch as error:
        raise BadRequest(f"the JSON patch is not valid: {error}") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise PatchFailed(
            f"the server rejected our request due to an error in our request: {error}"
        ) from None
    if not isinstance(result, dict):
        raise BadRequest("the patch leaves no object")
    return result


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
