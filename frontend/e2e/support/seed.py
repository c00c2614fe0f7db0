"""A database with many clusters that nobody works on: `seed.py COUNT`, with SLIPWAY_HOME set."""

import os
import sys
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings.base")

from slipway.server.prepare import prepare

if prepare() != 0:
    sys.exit(1)

from slipway.apimachinery.models import StoredObject
from slipway.apimachinery.store import store

COUNT = int(sys.argv[1])


def _create(
    plural: str, kind: str, name: str, spec: dict[str, object], namespace: str = ""
) -> dict[str, object]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return store.create(
        plural, {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": metadata, "spec": spec}
    )


_create("providers", "Provider", "fake", {"driver": "fake", "settings": {"path": "/nowhere"}})
_create("tenants", "Tenant", "demo", {})
_create("clusters", "Cluster", "c-00000", {"provider": "fake"}, "demo")
row = StoredObject.objects.get(plural="clusters", name="c-00000")
copies = []
for number in range(1, COUNT):
    name, uid = f"c-{number:05}", str(uuid.uuid4())
    fields = StoredObject._meta.concrete_fields  # noqa: SLF001 - Django promises it
    values = {f.attname: getattr(row, f.attname) for f in fields}
    metadata = {**row.document["metadata"], "name": name, "uid": uid}
    values |= {"uid": uid, "name": name, "document": {**row.document, "metadata": metadata}}
    copies.append(StoredObject(**values))
StoredObject.objects.bulk_create(copies, batch_size=500)
