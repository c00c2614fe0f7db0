"""Phases Credential and Retire: what the add-ons that reach the cloud get to reach it with, and what becomes of it."""

import json
from datetime import UTC, datetime

from django.db import transaction

from provisioning import conditions as c
from provisioning import versions
from provisioning.addons.catalog import CATALOG
from provisioning.addons.contract import Addon
from provisioning.bundles.images import release_images
from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.credential import Credential, CredentialOffer, CredentialRequest
from provisioning.drivers.errors import Misconfigured
from provisioning.models import CloudCredential
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.phases.endpoint import shared_name
from provisioning.reconcile.queue import guard
from provisioning.reconcile.status import Problem
from provisioning.reconcile.tags import tags
from slipway.apimachinery.store import store
from slipway.base import crypto
from slipway.kernel.results import Done, Result

ROTATE = "slipway.dev/rotate-credential"
"""Annotation of a Cluster: another value than at the last time, and its credential is replaced."""


def credential(cluster: ClusterPass) -> Result:
    """A credential, if there is an add-on that can use it. Without one the cluster goes on, and says what it lacks."""
    offer = cluster.provider.driver.credential_offer
    for addon in CATALOG.values():
        if addon.cloud and addon.name in cluster.addons():
            cluster.absent |= _absent(cluster, addon, offer)
    users = [addon.name for addon in CATALOG.values() if addon.cloud and addon.name in cluster.addons()]
    if users and offer:
        try:
            cluster.credential = _current(cluster, offer)
        except Misconfigured as error:
            said = f" ({error.foreign})" if error.foreign else ""
            refused = Problem(c.CREDENTIAL_REFUSED, f"{error.message}{said}. The operator can mend it")
            cluster.absent |= dict.fromkeys(users, refused)
    return Done()


def retire(cluster: ClusterPass) -> Result:
    """Credentials that nobody uses any more: their successor was installed and its pods run."""
    kept = cluster.credential.name if cluster.credential else ""
    if kept and cluster.status("addonsApplied", default={}).get("cloud") != cluster.cloud_fingerprint:
        return Done()
    for name in ledger.open_names(cluster.uid, OutsideKind.CREDENTIAL):
        if name != kept:
            cluster.lease.check()
            cluster.provider.driver.delete_credential(name, cluster.tags)
            ledger.close(cluster.provider.name, [name])
    if not kept:
        forget(cluster.uid)
    return Done()


def forget(cluster_uid: str) -> None:
    """The stored secret goes with the credential."""
    CloudCredential.objects.filter(cluster_uid=cluster_uid).delete()


def _absent(cluster: ClusterPass, addon: Addon, offer: CredentialOffer | None) -> dict[str, Problem | None]:
    """Why the add-on cannot be there; nothing to say where it was not asked for by name and makes no sense."""
    if offer is None or offer.cloud != addon.cloud:
        text = f"provider {cluster.provider.name} has no {addon.cloud} behind it: leave it out"
        return {addon.name: Problem(c.NOT_OFFERED, text) if cluster.names_addon(addon.name) else None}
    if offer.refusal:
        return {addon.name: Problem(c.CREDENTIAL_REFUSED, f"clusters get no credential: {offer.refusal}")}
    if lacking := sorted(_images_missing(cluster) & set(addon.images)):
        text = (
            f"machines of this cluster carry no image of {', '.join(lacking)}: the bundle that they were made from has "
            f"none. The operator can add it with: slipway bundle build {cluster.version} --source upstream; "
            "clusters made after that have it"
        )
        return {addon.name: Problem(c.IMAGES_MISSING, text)}
    return {}


def _images_missing(cluster: ClusterPass) -> set[str]:
    """What phase Release noted; a cluster that was made before it noted anything has none of a cloud's."""
    noted = cluster.status("missingImages", default=None)
    if noted is None:
        return {image.name for image in release_images(versions.find(cluster.version))}
    return set(noted)


def _current(cluster: ClusterPass, offer: CredentialOffer) -> Credential:
    """The stored one, or a new one in its place. The old is still valid: pods use it until they are told of the new."""
    stored = CloudCredential.objects.filter(cluster_uid=cluster.uid).first()
    reason = _due(cluster, offer, stored)
    if stored and not reason:
        return Credential(stored.name, json.loads(crypto.decrypt(bytes(stored.ciphertext))))
    number = stored.number + 1 if stored else 1
    name = f"{shared_name(cluster, OutsideKind.CREDENTIAL)}-{number}"
    ledger.intend(cluster.lease, [(OutsideKind.CREDENTIAL, name, cluster.account(cluster.document))])
    made = cluster.provider.driver.make_credential(CredentialRequest(name, tags(cluster.document)))
    _store(cluster, number, made)
    ledger.confirm(cluster.provider.name, [name])
    if stored:
        text = f"the cluster's cloud credential {stored.name} is replaced: {reason}"
        store.record_event(cluster.document, "Normal", c.CREDENTIAL_REPLACED, text)
    return made


def _due(cluster: ClusterPass, offer: CredentialOffer, stored: CloudCredential | None) -> str:
    """Why another one is needed; empty when it is not."""
    if stored is None:
        return "there is none"
    if stored.asked != _asked(cluster):
        return f"the annotation {ROTATE} asks for it"
    if datetime.now(UTC) - stored.made_at > offer.lifetime:
        return f"it is older than {offer.lifetime.days} days"
    if not cluster.provider.driver.has_credential(stored.name, cluster.tags):
        return "the cloud does not know it any more"
    return ""


def _store(cluster: ClusterPass, number: int, made: Credential) -> None:
    with transaction.atomic():
        guard(cluster.lease)
        CloudCredential.objects.update_or_create(
            cluster_uid=cluster.uid,
            defaults={
                "number": number,
                "name": made.name,
                "ciphertext": crypto.encrypt(json.dumps(dict(made.values))),
                "made_at": datetime.now(UTC),
                "asked": _asked(cluster),
            },
        )


def _asked(cluster: ClusterPass) -> str:
    return str((cluster.document["metadata"].get("annotations") or {}).get(ROTATE, ""))
