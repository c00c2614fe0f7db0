"""Phase Identity: the cluster's PKI and SSH keys, made once by Slipway and kept encrypted."""

from django.db import transaction

from provisioning.identity.pki import ClusterIdentity
from provisioning.models import Identity
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.queue import guard
from slipway.base import crypto
from slipway.kernel.results import Done, Result


def identity(cluster: ClusterPass) -> Result:
    """Load the identity, or make it; host keys for machines that are planned are made with it."""
    if not cluster.initialized:
        cluster.reload()  # pools applied with the cluster came a moment later: one run makes all of it
    names = [m["metadata"]["name"] for m in cluster.machines] + [m.name for m in cluster.plan().missing]
    stored = load(cluster.uid)
    known = stored or ClusterIdentity.create(names)
    known = known.with_ssh_host_keys(names)
    if known is not stored:
        with transaction.atomic():
            guard(cluster.lease)
            Identity.objects.update_or_create(
                cluster_uid=cluster.uid, defaults={"ciphertext": crypto.encrypt(known.to_json())}
            )
    cluster.identity = known
    return Done()


def release(cluster: ClusterPass) -> Result:
    """Phase Release: what the machines are made of is here and whole. A cluster that is up needs it no more."""
    if not cluster.initialized:
        cluster.tools.prepare(cluster.version)
        if not cluster.machines or cluster.status("missingImages", default=None) is None:
            cluster.learnt["missingImages"] = sorted(cluster.tools.missing_images(cluster.version))
    return Done()


def load(cluster_uid: str) -> ClusterIdentity | None:
    """The identity of a cluster, if it has been made."""
    row = Identity.objects.filter(cluster_uid=cluster_uid).first()
    return ClusterIdentity.from_json(crypto.decrypt(bytes(row.ciphertext))) if row else None
