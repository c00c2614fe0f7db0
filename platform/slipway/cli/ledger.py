"""The deletion ledger of a cluster: everything outside that was made for it, and its end."""

from typing import Any

from slipway.cli.app import App
from slipway.cli.errors import CliError, Exit
from slipway.cli.output import age, columns
from slipway.cli.resources import CLUSTER
from slipway.cli.snapshot import reason_of
from slipway.cli.waiting import Patience, ticks

Document = dict[str, Any]


def read(app: App, tenant: str, name: str) -> Document:
    """The ledger of a cluster that is there."""
    return app.api.get(CLUSTER, tenant, name, sub="ledger")


def table(ledger: Document) -> str:
    """Entries as columns."""
    rows = [
        (
            e["kind"],
            e["name"],
            age(e["createdAt"]),
            age(e["goneAt"]) + " ago" if e.get("goneAt") else "kept" if e.get("kept") else "",
        )
        for e in ledger.get("entries") or []
    ]
    return columns(("KIND", "NAME", "AGE", "GONE"), rows)


def evidence(ledger: Document) -> str:
    """What was kept of machines that failed, each under its name at the provider."""
    failed = [e for e in ledger.get("entries") or [] if e.get("evidence")]
    return "\n\n".join(f"=== {e['kind']} {e['name']}\n{e['evidence']}".rstrip() for e in failed)


def summary(ledger: Document) -> str:
    """`12 created, 12 gone, 0 left`."""
    kept = f"{ledger['kept']} kept, " if ledger.get("kept") else ""
    return f"{ledger['created']} created, {ledger['gone']} gone, {kept}{ledger['left']} left"


def until_deleted(app: App, tenant: str, cluster: Document, timeout: float) -> str:
    """Wait for a cluster's end, saying what is left, and return the closing line of its ledger."""
    meta = cluster["metadata"]
    said = ""
    patience = Patience(app)
    for elapsed in ticks(app, timeout, f"deleting cluster {meta['name']}"):
        with patience:
            found = app.api.find(CLUSTER, tenant, meta["name"])
            if found is None or found["metadata"]["uid"] != meta["uid"]:
                break
            line = _progress(app, tenant, found)
            if line != said:
                app.remark(f"{elapsed:5.0f}s  {line}")
            said = line
    return _closing(app, tenant, meta["uid"], said)


def _progress(app: App, tenant: str, cluster: Document) -> str:
    """What is left, and what the deletion waits for."""
    parts = []
    try:
        parts.append(summary(read(app, tenant, cluster["metadata"]["name"])))
    except CliError as error:
        if error.exit_code not in (Exit.NOT_FOUND, Exit.FORBIDDEN):  # gone meanwhile, or not for this role
            raise
    parts.append(reason_of(cluster))
    return " · ".join(filter(None, parts)) or "deleting"


def _closing(app: App, tenant: str, uid: str, said: str) -> str:
    """The event that closes the ledger outlives the cluster."""
    params = {"fieldSelector": f"involvedObject.uid={uid}"}
    events = app.api.json("GET", f"/api/v1/namespaces/{tenant}/events", params=params)
    closing = [e["message"] for e in events.get("items", []) if e.get("reason") == "LedgerClosed"]
    if not closing:
        raise CliError("the cluster is gone, but the server reported no closed ledger", f"last seen: {said}")
    return str(closing[-1])
