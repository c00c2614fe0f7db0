"""v1 Namespace: a read-only view of the objects of another kind, by default the one called `tenants`."""

from slipway.apimachinery.kinds import READ_VERBS, Column, Document, Kind, Model

SOURCE = "tenants"
WAY_OUT = "each comes with its tenant: slipway tenant create {name}"


class NamespaceSpec(Model):
    """A namespace has nothing to set."""


class NamespaceStatus(Model):
    """Whether the namespace takes new objects."""

    phase: str = "Active"


def namespace_of(owner: Document) -> Document:
    """The namespace that an object of the source kind makes."""
    held = owner["metadata"]
    copied = ("name", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "annotations")
    metadata = {key: held[key] for key in copied if key in held}
    metadata["labels"] = {**held.get("labels", {}), "kubernetes.io/metadata.name": held["name"]}
    metadata.get("annotations", {}).pop("kubectl.kubernetes.io/last-applied-configuration", None)
    phase = "Terminating" if "deletionTimestamp" in held else "Active"
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata,
        "spec": {},
        "status": {"phase": phase},
    }


NAMESPACE = Kind(
    kind="Namespace",
    plural="namespaces",
    group="",
    namespaced=False,
    spec=NamespaceSpec,
    status=NamespaceStatus,
    short_names=("ns",),
    verbs=READ_VERBS,
    source=SOURCE,
    project=namespace_of,
    description="Where the objects of one tenant live.",
    columns=(
        Column("Status", lambda d: d["status"]["phase"]),
        Column("Age", lambda d: d["metadata"]["creationTimestamp"], type="date"),
    ),
)
