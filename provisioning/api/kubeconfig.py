"""clusters/NAME/kubeconfig: a short-lived client certificate for the asking user, never a shared file."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning.identity.kubeconfig import DEFAULT_SECONDS, MAX_SECONDS, MIN_SECONDS, issue_kubeconfig
from provisioning.identity.roles import ROLE_GROUPS
from provisioning.kinds.common import path_of
from provisioning.reconcile.phases.identity import load
from slipway.apimachinery import bodies
from slipway.apimachinery.errors import Conflict, Invalid
from slipway.apimachinery.kinds import Document, FieldError, Subresource
from slipway.apimachinery.store import store
from slipway.kernel.conditions import timestamp

_TTL = re.compile(r"^(\d+)(s|m|h)?$")
_UNIT = {"s": 1, "m": 60, "h": 3600, None: 1}


def _post(request: Request, cluster: Document) -> Response:
    meta = cluster["metadata"]
    asked = bodies.read(request._request).value  # noqa: SLF001 - DRF has no other name for it
    seconds = _seconds(asked if isinstance(asked, dict) else {}, meta["name"])
    identity, endpoint = load(meta["uid"]), path_of(cluster, "status.endpoint", "")
    if identity is None or not endpoint:
        raise Conflict("clusters", meta["name"], "it has no API yet: wait until it is Ready and ask again")
    user: Any = request.user
    role = "admin" if user.platform_admin else user.roles.get(meta["namespace"], "viewer")
    kubeconfig = issue_kubeconfig(
        identity,
        cluster_name=meta["name"],
        endpoint_url=endpoint,
        user=user.name,
        groups=(ROLE_GROUPS[role],),
        valid_seconds=seconds,
    )
    store.record_event(cluster, "Normal", "KubeconfigIssued", f"to {user.name} as {role} for {seconds} s")
    until = timestamp(datetime.now(UTC) + timedelta(seconds=seconds))
    body = {
        "apiVersion": "slipway.dev/v1",
        "kind": "Kubeconfig",
        "kubeconfig": kubeconfig,
        "expirationTimestamp": until,
    }
    return Response(body, status=201)


def _seconds(asked: dict[str, Any], name: str) -> int:
    """`ttl` as in 8h, 30m or a number of seconds."""
    given = str(asked.get("ttl") or asked.get("expirationSeconds") or DEFAULT_SECONDS)
    match = _TTL.match(given)
    seconds = int(match[1]) * _UNIT[match[2]] if match else 0
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        text = f"{given}: give {MIN_SECONDS}s to {MAX_SECONDS // 3600}h, as in 30m or 8h"
        raise Invalid("clusters", name, [FieldError("ttl", text)])
    return seconds


KUBECONFIG = Subresource("kubeconfig", "Kubeconfig", ("create",), _post)
