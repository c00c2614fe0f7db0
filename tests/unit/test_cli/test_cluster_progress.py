"""Waiting for a cluster: what is shown, and how it ends."""

import pytest

from slipway.cli.errors import Exit

WEB = "/apis/slipway.dev/v1/namespaces/demo/clusters/web"
LABELS = {"labels": {"slipway.dev/cluster": "web"}}


def condition(kind, status, reason="AsDeclared", message=""):
    return {"type": kind, "status": status, "reason": reason, "message": message}


def ready(generation=1):
    return {
        "phase": "Ready",
        "observedGeneration": generation,
        "endpoint": "https://192.0.2.9:6443",
        "nodes": {"ready": 5, "total": 5},
        "conditions": [condition("Ready", "True")],
    }


PHASES = [
    {"name": "Network", "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:02Z"},
    {"name": "Machines", "startedAt": "2026-01-01T00:00:02Z"},
]


def test_progress_in_a_log_is_only_what_changed(run, server):
    cluster = server.put("clusters", "demo", "web")

    def machines_come():
        cluster["status"] = {
            "phase": "Machines",
            "phases": PHASES,
            "conditions": [condition("Ready", "False", "WaitingForMachines", "1 of 1 starts")],
        }
        state = {"state": "Running", "address": "192.0.2.4"}
        server.put("machines", "demo", "web-cp-1", metadata=LABELS, spec={"cluster": "web"}, status=state)
        run = {"spec": {"playbook": "prepare_nodes"}, "status": {"phase": "Running"}}
        server.put("runs", "demo", "r1", metadata=LABELS, **run)

    def finish():
        cluster["status"] = ready()
        del server.objects["machines", "demo", "web-cp-1"]

    server.at_reading(WEB, lambda: None, machines_come, lambda: None, finish)

    result = run("cluster", "watch", "web")

    assert result.exit_code == 0
    assert result.stderr.splitlines()[:-1] == [
        "    0s  cluster: Pending",
        "    1s  phase Network: done in 2.0 s",
        "    1s  phase Machines: started",
        "    1s  machine web-cp-1: Running 192.0.2.4",
        "    1s  run r1: prepare_nodes Running",
        "    1s  cluster: Machines · WaitingForMachines: 1 of 1 starts",
        "    3s  cluster: Ready · 5/5 nodes ready · https://192.0.2.9:6443",
        "    3s  machine web-cp-1: gone",
    ]
    assert result.stdout.startswith("cluster web: Ready")


def test_a_status_of_an_older_spec_is_not_ready_yet(run, server):
    cluster = server.put("clusters", "demo", "web", metadata={"generation": 2}, status=ready(generation=1))

    server.at_reading(WEB, lambda: None, lambda: None, lambda: cluster.update(status=ready(generation=2)))

    assert run("cluster", "watch", "web").exit_code == 0
    assert run.clock.now == 2


@pytest.mark.parametrize("replicas", [1, 3])
def test_a_pool_of_another_size_than_asked_is_waited_for(run, server, replicas):
    server.put("clusters", "demo", "web", status=ready())
    before = {"replicas": replicas, "readyReplicas": replicas}
    pool = server.put(
        "nodepools", "demo", "web-workers", metadata=LABELS, spec={"replicas": 2}, status=before
    )
    server.at_reading(
        WEB,
        lambda: None,
        lambda: pool.update(status={"replicas": 2, "readyReplicas": 1}),
        lambda: pool.update(status={"replicas": 2, "readyReplicas": 2}),
    )

    result = run("cluster", "watch", "web")

    assert result.exit_code == 0
    assert run.clock.now == 3  # pools are read before the cluster
    assert "pool web-workers: 1 of 2 workers ready" in result.stderr


def test_a_blocked_cluster_ends_the_wait_with_reason_and_way_out(run, server):
    blocked = condition(
        "Blocked", "True", "QuotaExceeded", "cores short by 12: free some, or have the quota raised"
    )
    server.put("clusters", "demo", "web", status={"phase": "Machines", "conditions": [blocked]})
    server.put("runs", "demo", "r1", metadata=LABELS, status={"phase": "Failed", "message": "it broke"})

    result = run("cluster", "watch", "web")

    assert result.exit_code == Exit.BLOCKED
    error = result.stderr.partition("error: ")[2].splitlines()
    assert error == [
        "cluster web is blocked: QuotaExceeded: cores short by 12: free some, or have the quota raised",
        "  see: slipway runs logs r1 -n demo",
        "  when it is mended the cluster goes on by itself: slipway cluster watch web -n demo",
        "  or give it up: slipway cluster delete web -n demo --wait",
    ]


def test_waiting_has_an_end_and_says_what_it_waited_for(run, server):
    waiting = condition("Ready", "False", "WaitingForMachines", "1 of 3 run")
    server.put("clusters", "demo", "web", status={"phase": "Machines", "conditions": [waiting]})

    result = run("cluster", "watch", "web", "--timeout", "5s")

    assert result.exit_code == Exit.TIMEOUT
    assert "WaitingForMachines: 1 of 3 run" in result.stderr.partition("error: ")[2]


@pytest.mark.parametrize("code", [500, 503])
def test_a_server_that_fails_for_a_moment_does_not_end_the_wait(run, server, code):
    cluster = server.put("clusters", "demo", "web")
    failing = (code, {"kind": "Status", "message": "starting"})
    server.at_reading(
        WEB,
        lambda: None,
        lambda: server.on.update({("GET", WEB): failing}),
        lambda: None,
        lambda: (server.on.clear(), cluster.update(status=ready())),
    )

    assert run("cluster", "watch", "web").exit_code == 0


def test_a_server_that_goes_on_failing_does(run, server):
    server.on["GET", WEB] = (500, {"kind": "Status", "message": "its log says more"})

    assert run("cluster", "watch", "web").exit_code == Exit.ERROR
    assert 20 < run.clock.now < 60


def test_create_and_wait(run, server):
    def finish():
        server.objects["clusters", "demo", "web"]["status"] = ready()

    server.at_reading(WEB, finish)

    result = run("cluster", "create", "web", "--workers", "0", "--wait")

    assert result.stdout.splitlines()[-1].startswith("cluster web: Ready")
    assert "slipway cluster kubeconfig web -n demo" in result.stderr


def test_the_live_view_shows_phases_machines_runs_and_reason():
    from io import StringIO

    from rich.console import Console
    from rich.live import Live

    from slipway.cli.progress import LiveView
    from slipway.cli.snapshot import Snapshot

    waiting = condition("Ready", "False", "WaitingForNodes", "2 of 3 [ready]")
    phases = [{"name": "Network", "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:02Z"}]
    cluster = {
        "metadata": {"name": "web"},
        "status": {"phase": "Nodes", "phases": phases, "conditions": [waiting]},
    }
    machine = {
        "metadata": {"name": "web-cp-1"},
        "status": {"state": "Running", "conditions": [condition("Ready", "True")]},
    }
    run = {"metadata": {"name": "r1"}, "spec": {"playbook": "join_workers"}, "status": {"phase": "Running"}}
    out = StringIO()
    with Live(console=Console(file=out, width=100, force_terminal=True), auto_refresh=False) as live:
        LiveView(live).show(7, Snapshot(cluster, [], [machine], [run]))

    shown = out.getvalue()
    for text in (
        "web · Nodes · 7 s",
        "Network",
        "done in 2.0 s",
        "web-cp-1",
        "node ready",
        "join_workers Running",
    ):
        assert text in shown
    assert "WaitingForNodes: 2 of 3 [ready]" in shown  # markup in messages is text
