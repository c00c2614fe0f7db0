"""clusters/NAME/ledger: every outside object the cluster ever had, and its end."""

from rest_framework.request import Request
from rest_framework.response import Response

from provisioning.reconcile import ledger
from slipway.apimachinery.kinds import Document, Subresource


def _get(_: Request, cluster: Document) -> Response:
    uid = cluster["metadata"]["uid"]
    balance = ledger.balance(uid)
    sums = {"created": balance.created, "gone": balance.gone, "kept": len(balance.kept), "left": balance.left}
    return Response(
        {"kind": "Ledger", "apiVersion": "slipway.dev/v1", "entries": ledger.entries(uid), **sums}
    )


LEDGER = Subresource("ledger", "Ledger", ("get",), _get)
