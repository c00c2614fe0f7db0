"""hosts/NAME/check and hosts/NAME/release: what an operator asks of a host."""

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning.drivers.baremetal.book import ASIDE, host_place
from provisioning.reconcile.book import Book
from provisioning.reconcile.queue import mark_dirty
from slipway.apimachinery.errors import Conflict
from slipway.apimachinery.kinds import Document, Subresource
from slipway.apimachinery.store import store


def _check(_: Request, host: Document) -> Response:
    """Due now; `status.checkedAt` moves when it was looked at."""
    mark_dirty(host)
    return Response(host, status=202)


def _release(_: Request, host: Document) -> Response:
    """Its machine goes: the cluster drains it and takes another host. One that was set aside is cleaned again now."""
    name = host["metadata"]["name"]
    entry = Book(host["spec"]["provider"]).at(host_place(name))
    if entry is None:
        raise Conflict("hosts", name, "it is free: there is nothing to release")
    machine = store.get_by_uid(entry.tags.get("slipway/owner", "")) if entry.kind != ASIDE else None
    if machine is not None and not machine["metadata"].get("deletionTimestamp"):
        store.delete("machines", machine["metadata"]["namespace"], machine["metadata"]["name"])
    mark_dirty(host)
    return Response(host, status=202)


HOST_CHECK = Subresource("check", "Host", ("create",), _check)
HOST_RELEASE = Subresource("release", "Host", ("create",), _release)
