"""Tags that every outside object carries, so that a sweep finds it without the ledger."""

from provisioning.drivers.contract import Tags
from provisioning.models.installation import installation_key
from slipway.apimachinery.kinds import Document

INSTALLATION = "slipway/installation"
TENANT = "slipway/tenant"
OWNER = "slipway/owner"
CLUSTER = "slipway/cluster"
RELEASE = "slipway/release"  # of images


def cluster_uid(document: Document) -> str:
    """The uid of the Cluster that owns the object, or of itself when it is one; empty for a borrowed object."""
    if document["kind"] == "Cluster":
        return str(document["metadata"]["uid"])
    owners = document["metadata"].get("ownerReferences") or []
    return next((str(o["uid"]) for o in owners if o["kind"] == "Cluster"), "")


def tags(document: Document) -> Tags:
    """The tags of what is made for `document`."""
    meta = document["metadata"]
    found = {INSTALLATION: installation_key(), TENANT: meta["namespace"], OWNER: meta["uid"]}
    cluster = cluster_uid(document)
    return {**found, CLUSTER: cluster} if cluster else found
