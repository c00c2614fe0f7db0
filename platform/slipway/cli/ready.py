"""Waiting for a cluster: shown until it is Ready, blocked, or the time is up."""

from slipway.cli.app import App
from slipway.cli.errors import CliError, Exit
from slipway.cli.progress import view
from slipway.cli.snapshot import Snapshot, Verdict, take
from slipway.cli.waiting import Patience, ticks


def until_ready(app: App, tenant: str, name: str, timeout: float) -> None:
    """Return when the cluster is Ready; raise, with reason and way out, when it is blocked or late."""
    snapshot = _watch(app, tenant, name, timeout)
    if snapshot.verdict is Verdict.BLOCKED:
        raise _blocked(snapshot)
    app.say(f"cluster {name}: {snapshot.headline}")
    app.remark(f"Next: slipway cluster kubeconfig {name} -n {tenant} && kubectl get nodes")


def _watch(app: App, tenant: str, name: str, timeout: float) -> Snapshot:
    snapshot: Snapshot | None = None
    patience = Patience(app)
    try:
        with view(app) as shown:
            for elapsed in ticks(app, timeout, f"cluster {name}"):
                with patience:
                    snapshot = take(app, tenant, name)
                    shown.show(elapsed, snapshot)
                    if snapshot.verdict is not Verdict.WORKING:
                        return snapshot
    except CliError as error:
        if error.exit_code == Exit.TIMEOUT and snapshot:
            raise CliError(error.message, *_why(snapshot), code=Exit.TIMEOUT) from None
        raise
    raise AssertionError("ticks ends only by raising")


def _blocked(snapshot: Snapshot) -> CliError:
    name = snapshot.cluster["metadata"]["name"]
    return CliError(f"cluster {name} is blocked: {snapshot.reason}", *_why(snapshot)[1:], code=Exit.BLOCKED)


def _why(snapshot: Snapshot) -> list[str]:
    """The reason, the run that failed last, and what to do."""
    meta = snapshot.cluster["metadata"]
    name, tenant = meta["name"], meta.get("namespace", "")
    lines = [snapshot.reason or snapshot.headline]
    failed = [r for r in snapshot.runs if (r.get("status") or {}).get("phase") == "Failed"]
    if failed:
        lines.append(f"see: slipway runs logs {failed[-1]['metadata']['name']} -n {tenant}")
    lines.append(f"when it is mended the cluster goes on by itself: slipway cluster watch {name} -n {tenant}")
    lines.append(f"or give it up: slipway cluster delete {name} -n {tenant} --wait")
    return lines
