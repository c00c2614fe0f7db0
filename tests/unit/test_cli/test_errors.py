"""What is said, and with which exit code, when something goes wrong."""

import json
import socket
from pathlib import Path

import pytest

from slipway.cli.errors import Exit

CLUSTERS = "/apis/slipway.dev/v1/namespaces/demo/clusters"
EXIT_CODES = Path(__file__).parents[3] / "docs/reference/exit-codes.md"


def status(reason: str, message: str, *causes: tuple[str, str]) -> dict[str, object]:
    found = [{"field": field, "message": text} for field, text in causes]
    return {"kind": "Status", "reason": reason, "message": message, "details": {"causes": found}}


def test_a_refused_spec_names_every_field(run, server):
    causes = [("spec.controlPlane.replicas", "must be 1, 3 or 5"), ("spec.version", "1.20 is not on offer")]
    server.on["POST", CLUSTERS] = (422, status("Invalid", "Cluster web is invalid", *causes))

    result = run("cluster", "create", "web", "--control-planes", "2")

    assert result.exit_code == Exit.INVALID
    assert result.stderr.splitlines() == [
        "error: Cluster web is invalid",
        "  spec.controlPlane.replicas: must be 1, 3 or 5",
        "  spec.version: 1.20 is not on offer",
    ]


@pytest.mark.parametrize(
    ("http", "code"), [(403, Exit.FORBIDDEN), (404, Exit.NOT_FOUND), (409, Exit.CONFLICT), (500, Exit.ERROR)]
)
def test_http_codes_become_exit_codes(run, server, http, code):
    server.on["GET", f"{CLUSTERS}/web"] = (http, status("Whatever", "the server's words"))

    result = run("cluster", "get", "web")

    assert (result.exit_code, result.stderr) == (code, "error: the server's words\n")


def test_what_is_not_there_leads_to_what_is(run, server):
    about = {"details": {"kind": "clusters", "name": "web"}}
    server.on["GET", f"{CLUSTERS}/web"] = (404, {**status("NotFound", '"web" not found'), **about})

    result = run("cluster", "get", "web")

    assert result.exit_code == Exit.NOT_FOUND
    assert "slipway cluster list" in result.stderr


def test_a_token_that_is_not_accepted_says_how_to_get_in(run, server):
    config = run.home / "admin.kubeconfig"
    config.write_text(config.read_text().replace("slip_good", "slip_old"))

    result = run("cluster", "list")

    assert result.exit_code == Exit.FORBIDDEN
    assert f"slipway login {server.url}" in result.stderr
    assert "slip_old" not in result.stderr


def test_nobody_answers(run):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        config = run.home / "admin.kubeconfig"
        document = json.loads(config.read_text())
        document["clusters"][0]["cluster"]["server"] = url
        config.write_text(json.dumps(document))

        result = run("cluster", "list")

    assert result.exit_code == Exit.UNREACHABLE
    assert result.stderr == f"error: Slipway does not answer at {url}: run `slipway up`\n"


def test_no_proxy_stands_before_this_machine(run):
    assert run("cluster", "list", http_proxy="http://127.0.0.1:1").exit_code == Exit.OK


def test_no_server_is_known(offline):
    result = offline("cluster", "list", "-n", "demo")

    assert result.exit_code == Exit.UNREACHABLE
    assert "slipway up" in result.stderr


def test_no_tenant_is_known(run):
    config = run.home / "admin.kubeconfig"
    config.write_text(config.read_text().replace('"namespace": "demo"', '"namespace": ""'))

    assert run("cluster", "list").exit_code == Exit.USAGE


def test_a_broken_kubeconfig_is_named(offline, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("a: [")

    result = offline("--kubeconfig", str(broken), "cluster", "list")

    assert (result.exit_code, str(broken) in result.stderr) == (Exit.ERROR, True)


def test_something_else_than_slipway_answers(run, server):
    server.on["GET", CLUSTERS] = (200, "<html>")

    result = run("cluster", "list")

    assert result.exit_code == Exit.ERROR
    assert "does not speak Slipway's API" in result.stderr


def test_ctrl_c_is_an_answer(run, server, monkeypatch):
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    server.put("clusters", "demo", "web")
    run.clock.sleep = interrupt

    result = run("cluster", "watch", "web")

    assert result.exit_code == Exit.INTERRUPTED
    assert "Traceback" not in result.output


def test_every_exit_code_is_documented():
    documented = EXIT_CODES.read_text()

    assert [code for code in Exit if f"| {int(code)} |" not in documented] == []
