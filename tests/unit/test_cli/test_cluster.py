"""Creating, watching, scaling and deleting clusters."""

import shlex

import pytest

from slipway.cli.errors import Exit

NAMESPACE = "/apis/slipway.dev/v1/namespaces/demo"
WEB = f"{NAMESPACE}/clusters/web"
EVENTS = "/api/v1/namespaces/demo/events"
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


def at_poll(server, steps):
    """Before the n-th reading of the cluster, apply the n-th step."""
    left = list(steps)

    def script(method, path):
        if (method, path) == ("GET", WEB) and left:
            left.pop(0)()

    server.script = script


def test_the_one_liner_makes_a_cluster_and_its_workers(run, server):
    result = run(
        *shlex.split("cluster create web --control-planes 3 --workers 2 --cpu 2 --memory 4Gi --version 1.37"),
        *shlex.split("--provider local --network net --floating-ip fip --storage-pool fast"),
    )

    assert result.stdout.splitlines() == [
        "cluster.slipway.dev/web created",
        "nodepool.slipway.dev/web-workers created",
    ]
    machine = {"cpu": "2", "memory": "4Gi"}
    assert server.objects["clusters", "demo", "web"]["spec"] == {
        "version": "1.37",
        "provider": "local",
        "controlPlane": {"replicas": 3, "machine": machine},
        "network": "net",
        "endpoint": {"floatingIP": "fip"},
        "storagePools": ["fast"],
    }
    assert server.objects["nodepools", "demo", "web-workers"]["spec"] == {
        "clusterName": "web",
        "replicas": 2,
        "machine": machine,
    }


def test_no_workers_no_pool(run, server):
    run("cluster", "create", "web", "--workers", "0")

    assert [key[0] for key in server.objects] == ["clusters"]


def test_a_cluster_that_exists_is_left_alone(run, server):
    before = server.put("clusters", "demo", "web", spec={"version": "1.36"})

    result = run("cluster", "create", "web")

    assert result.exit_code == Exit.CONFLICT
    assert "already exists" in result.stderr
    assert server.objects == {("clusters", "demo", "web"): before}


def test_when_the_workers_are_refused_the_cluster_is_taken_back(run, server):
    refusal = {
        "kind": "Status",
        "reason": "Invalid",
        "message": "quota of tenant demo exceeded",
        "details": {},
    }
    server.on["POST", f"{NAMESPACE}/nodepools"] = (422, refusal)

    result = run("cluster", "create", "web")

    assert result.exit_code == Exit.INVALID
    assert "taken back: quota of tenant demo exceeded" in result.stderr
    assert server.objects == {}
    (_, options) = server.asked("DELETE")[0]
    assert options["preconditions"]["uid"]


def test_progress_in_a_log_is_only_what_changed(run, server):
    cluster = server.put("clusters", "demo", "web")

    def machines_come():
        cluster["status"] = {
            "phase": "Machines",
            "phases": [
                {
                    "name": "Network",
                    "startedAt": "2026-01-01T00:00:00Z",
                    "finishedAt": "2026-01-01T00:00:02Z",
                },
                {"name": "Machines", "startedAt": "2026-01-01T00:00:02Z"},
            ],
            "conditions": [condition("Ready", "False", "WaitingForMachines", "1 of 1 starts")],
        }
        state = {"state": "Running", "address": "192.0.2.4"}
        server.put("machines", "demo", "web-cp-1", metadata=LABELS, spec={"cluster": "web"}, status=state)
        server.put(
            "runs",
            "demo",
            "r1",
            metadata=LABELS,
            spec={"playbook": "prepare_nodes"},
            status={"phase": "Running"},
        )

    def finish():
        cluster["status"] = ready()
        del server.objects["machines", "demo", "web-cp-1"]

    at_poll(server, [lambda: None, machines_come, lambda: None, finish])

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

    at_poll(server, [lambda: None, lambda: None, lambda: cluster.update(status=ready(generation=2))])

    assert run("cluster", "watch", "web").exit_code == 0
    assert run.clock.now == 2


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
    at_poll(
        server,
        [
            lambda: None,
            lambda: server.on.update({("GET", WEB): failing}),
            lambda: None,
            lambda: (server.on.clear(), cluster.update(status=ready())),
        ],
    )

    assert run("cluster", "watch", "web").exit_code == 0


def test_a_server_that_goes_on_failing_does(run, server):
    server.on["GET", WEB] = (500, {"kind": "Status", "message": "its log says more"})

    assert run("cluster", "watch", "web").exit_code == Exit.ERROR
    assert 20 < run.clock.now < 60


def test_create_and_wait(run, server):
    at_poll(server, [lambda: server.objects["clusters", "demo", "web"].update(status=ready())])

    result = run("cluster", "create", "web", "--wait")

    assert result.stdout.splitlines()[-1].startswith("cluster web: Ready")
    assert "slipway cluster kubeconfig web -n demo" in result.stderr


def test_scale_goes_to_the_pool_and_the_control_plane(run, server):
    server.put("clusters", "demo", "web")
    pool = server.put("nodepools", "demo", "web-workers")
    server.on["PATCH", f"{NAMESPACE}/nodepools/web-workers/scale"] = lambda body: (200, {**pool, **body})

    result = run("cluster", "scale", "web", "--workers", "4", "--control-planes", "5")

    assert result.exit_code == 0
    assert server.asked("PATCH") == [
        (WEB, {"spec": {"controlPlane": {"replicas": 5}}}),
        (f"{NAMESPACE}/nodepools/web-workers/scale", {"spec": {"replicas": 4}}),
    ]


def test_scale_says_what_it_needs(run, server):
    assert run("cluster", "scale", "web").exit_code == Exit.USAGE


def deletion(run, server, closing):
    cluster = server.put("clusters", "demo", "web")
    uid = cluster["metadata"]["uid"]
    ledger = {"kind": "Ledger", "created": 12, "gone": 7, "left": 5, "entries": []}
    server.on["GET", f"{WEB}/ledger"] = (200, ledger)
    server.on["DELETE", WEB] = (200, cluster)
    events = (
        [{"reason": "LedgerClosed", "involvedObject": {"uid": uid}, "message": closing}] if closing else []
    )
    server.on["GET", EVENTS] = (200, {"kind": "EventList", "items": events})
    at_poll(server, [lambda: None, lambda: None, server.objects.clear])
    return run("cluster", "delete", "web", "--wait")


def test_deleting_ends_with_the_ledger(run, server):
    result = deletion(run, server, "12 created, 12 gone, 0 left")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "cluster.slipway.dev/web is being deleted",
        "cluster.slipway.dev/web is gone: 12 created, 12 gone, 0 left",
    ]
    assert "12 created, 7 gone, 5 left" in result.stderr


@pytest.mark.parametrize("closing", ["12 created, 11 gone, 1 left", "12 created, 10 gone, 10 left", ""])
def test_something_left_over_is_an_error(run, server, closing):
    assert deletion(run, server, closing).exit_code == Exit.ERROR


def test_deleting_what_is_not_there_deletes_nothing(run, server):
    server.put("clusters", "demo", "web")

    result = run("cluster", "delete", "web", "wbe")

    assert result.exit_code == Exit.NOT_FOUND
    assert ("clusters", "demo", "web") in server.objects


def test_ledger_lists_what_was_made(run, server):
    server.put("clusters", "demo", "web")
    entry = {"kind": "Network", "name": "web-1f", "createdAt": "2026-01-01T00:00:00Z", "goneAt": None}
    server.on["GET", f"{WEB}/ledger"] = (
        200,
        {"kind": "Ledger", "created": 1, "gone": 0, "left": 1, "entries": [entry]},
    )

    result = run("cluster", "ledger", "web")

    assert "web-1f" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 created, 0 gone, 1 left"


def test_logs_are_printed_line_by_line(run, server):
    server.on["GET", f"{NAMESPACE}/runs/r1/log"] = (200, "PLAY [all]\nok: web-cp-1\n")

    assert run("runs", "logs", "r1", "-f").stdout == "PLAY [all]\nok: web-cp-1\n"


def test_a_followed_log_goes_on_after_the_connection_was_cut(run, server):
    answers = iter([(-200, "one\ntwo\nthr"), (503, {"message": "restarting"}), (200, "one\ntwo\nthree\n")])
    server.on["GET", f"{NAMESPACE}/runs/r1/log"] = lambda _: next(answers)

    result = run("runs", "logs", "r1", "-f")

    assert (result.exit_code, result.stdout) == (0, "one\ntwo\nthree\n")


def test_a_log_that_was_cut_is_an_error_unless_followed(run, server):
    server.on["GET", f"{NAMESPACE}/runs/r1/log"] = (-200, "one\ntw")

    assert run("runs", "logs", "r1").exit_code == Exit.UNREACHABLE


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
        LiveView(live).show(7, Snapshot(cluster, [machine], [run]))

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
