"""Kubeconfigs with a client certificate inside, and the short-lived ones that people are given."""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from provisioning.identity.certificates import Pair, sign_client
from slipway.kernel.errors import Actor, SlipwayError

if TYPE_CHECKING:
    from provisioning.identity.pki import ClusterIdentity

DEFAULT_SECONDS = 8 * 3600
MIN_SECONDS = 60
MAX_SECONDS = 24 * 3600


def issue_kubeconfig(
    identity: "ClusterIdentity",
    *,
    cluster_name: str,
    endpoint_url: str,
    user: str,
    groups: Iterable[str],
    valid_seconds: int = DEFAULT_SECONDS,
    now: datetime | None = None,
) -> dict[str, Any]:
    """A kubeconfig document for that person. It cannot be revoked, so it must not live long.

    `groups` are those of `roles.ROLE_GROUPS`; the cluster gives them rights through `roles.rbac_manifest`.
    """
    if not MIN_SECONDS <= valid_seconds <= MAX_SECONDS:
        raise SlipwayError(
            "InvalidExpiration",
            f"a kubeconfig may be valid for {MIN_SECONDS} to {MAX_SECONDS} seconds, not {valid_seconds}",
            actor=Actor.TENANT,
            field="spec.expirationSeconds",
        )
    subject = (user, *groups)
    if any(name.startswith("system:") for name in subject):
        raise SlipwayError(
            "ReservedName",
            f"{', '.join(subject)}: names that begin with system: are those of Kubernetes' own components",
            actor=Actor.OPERATOR,
        )
    lifetime = timedelta(seconds=valid_seconds)
    client = sign_client(identity.cluster, user, subject[1:], lifetime=lifetime, now=now)
    return document(
        identity.cluster.certificate, client, cluster_name=cluster_name, endpoint=endpoint_url, user=user
    )


def document(authority: str, client: Pair, *, cluster_name: str, endpoint: str, user: str) -> dict[str, Any]:
    """A kubeconfig with one context, everything embedded. `endpoint` is a URL as in https://192.0.2.1:6443."""
    context = f"{user}@{cluster_name}"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": cluster_name,
                "cluster": {"server": endpoint, "certificate-authority-data": _base64(authority)},
            }
        ],
        "users": [
            {
                "name": context,
                "user": {
                    "client-certificate-data": _base64(client.certificate),
                    "client-key-data": _base64(client.key),
                },
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": cluster_name, "user": context}}],
        "current-context": context,
    }


def as_yaml(kubeconfig: dict[str, Any]) -> str:
    """The document as kubectl and kubeadm write it."""
    text: str = yaml.safe_dump(kubeconfig, sort_keys=False, width=1_000_000)
    return text


def _base64(pem: str) -> str:
    return base64.b64encode(pem.encode()).decode()
