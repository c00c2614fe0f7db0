"""Creating, scaling and deleting clusters; logs of runs."""

import shlex

import pytest

from slipway.cli.errors import Exit

NAMESPACE = "/apis/slipway.dev/v1/namespaces/demo"
WEB = f"{NAMESPACE}/clusters/web"
EVENTS = "/api/v1/namespaces/demo/events"


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
    server.at_reading(WEB, lambda: None, lambda: None, server.objects.clear)
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


def test_the_console_of_a_machine_is_printed(run, server):
    server.on["GET", f"{NAMESPACE}/machines/web-cp-1/console"] = (200, "booting\nlogin:\n")

    assert run("machines", "console", "web-cp-1").stdout == "booting\nlogin:\n"


def test_a_followed_log_goes_on_after_the_connection_was_cut(run, server):
    answers = iter([(-200, "one\ntwo\nthr"), (503, {"message": "restarting"}), (200, "one\ntwo\nthree\n")])
    server.on["GET", f"{NAMESPACE}/runs/r1/log"] = lambda _: next(answers)

    result = run("runs", "logs", "r1", "-f")

    assert (result.exit_code, result.stdout) == (0, "one\ntwo\nthree\n")


def test_a_log_that_was_cut_is_an_error_unless_followed(run, server):
    server.on["GET", f"{NAMESPACE}/runs/r1/log"] = (-200, "one\ntw")

    assert run("runs", "logs", "r1").exit_code == Exit.UNREACHABLE


def test_what_the_server_warns_of_is_passed_on(run, server):
    said = 'cluster web waits until this is mended: \\"cores\\" short by 4'
    server.headers["Warning"] = f'299 - "{said}", 299 - "and more"'

    result = run("cluster", "create", "web", "--workers", "0")

    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        'Warning: cluster web waits until this is mended: "cores" short by 4',
        "Warning: and more",
    ]
