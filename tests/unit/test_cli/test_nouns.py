"""The commands that all nouns share, and how answers are printed."""

import json
from pathlib import Path

import pytest
import yaml

from slipway.cli.output import age


def test_list_prints_the_servers_table_without_wide_columns(run, server):
    server.put("clusters", "demo", "web", spec={"provider": "here"}, status={"phase": "Machines"})

    result = run("cluster", "list")

    assert result.exit_code == 0
    header, row = result.stdout.splitlines()
    assert header.split() == ["NAME", "PHASE", "AGE"]
    assert row.split()[:2] == ["web", "Machines"]
    assert row.split()[2].endswith("d")


def test_wide_adds_the_columns_of_lower_priority(run, server):
    server.put("clusters", "demo", "web", spec={"provider": "here"})

    assert "here" in run("cluster", "list", "-o", "wide").stdout


def test_an_empty_list_says_so_and_keeps_stdout_clean(run):
    result = run("network", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No networks in tenant demo.\n"


def test_all_pages_are_read(run, server):
    for number in range(1100):
        server.put("machines", "demo", f"m-{number:04}")

    names = run("machines", "list", "-o", "name").stdout.splitlines()

    assert len(names) == 1100
    assert names[-1] == "machine.slipway.dev/m-1099"


def test_all_tenants_says_whose_each_is(run, server):
    server.put("clusters", "demo", "web")
    server.put("clusters", "other", "web")

    lines = run("cluster", "list", "-A").stdout.splitlines()

    assert [line.split()[0] for line in lines] == ["TENANT", "demo", "other"]


def test_selector_is_the_servers_business(run, server):
    server.put("clusters", "demo", "web", metadata={"labels": {"env": "prod"}})
    server.put("clusters", "demo", "dev", metadata={"labels": {"env": "dev"}})

    assert run("cluster", "list", "-l", "env=prod", "-o", "name").stdout == "cluster.slipway.dev/web\n"


@pytest.mark.parametrize(("form", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_get_prints_the_whole_object(run, server, form, load):
    stored = server.put("networks", "demo", "n", spec={"cidr": "10.1.0.0/24"})

    assert load(run("network", "get", "n", "-o", form).stdout) == stored


def test_create_sends_only_what_was_said(run, server):
    result = run("network", "create", "n", "--cidr", "10.1.0.0/24", "--dns", "10.1.0.2", "--dns", "10.1.0.3")

    assert result.stdout == "network.slipway.dev/n created\n"
    assert server.objects["networks", "demo", "n"]["spec"] == {
        "cidr": "10.1.0.0/24",
        "dns": ["10.1.0.2", "10.1.0.3"],
    }


def test_provider_settings_are_json_and_secrets_come_from_files(run, server, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("12345\n")

    run(
        "provider",
        "create",
        "here",
        "--driver",
        "local",
        "--set",
        "limit=5",
        "--secret",
        f"password=@{secret}",
    )

    assert server.objects["providers", "", "here"]["spec"] == {
        "driver": "local",
        "settings": {"limit": 5},
        "secrets": {"password": "12345"},
    }


def test_node_pool_labels_and_taints(run, server):
    run(
        "nodepool", "create", "gpu", "--cluster", "web", "--replicas", "2", "--memory", "4Gi",
        "--label", "disk=ssd", "--taint", "dedicated=gpu:NoSchedule",
    )  # fmt: skip

    assert server.objects["nodepools", "demo", "gpu"]["spec"] == {
        "clusterName": "web",
        "replicas": 2,
        "machine": {"memory": "4Gi"},
        "labels": {"disk": "ssd"},
        "taints": [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}],
    }


def test_a_malformed_pair_is_a_usage_error(run, server):
    result = run("provider", "create", "here", "--driver", "local", "--set", "nonsense")

    assert result.exit_code == 2
    assert "key=value" in result.stderr
    assert not server.asked("POST")


def test_delete_waits_until_it_is_gone(run, server):
    server.put("networks", "demo", "n")
    polls = iter(range(3))

    def script(method: str, path: str) -> None:
        if method == "GET" and next(polls, None) == 2:
            server.objects.pop(("networks", "demo", "n"), None)

    def keep(_):
        return 200, server.objects["networks", "demo", "n"]

    server.on["DELETE", "/apis/slipway.dev/v1/namespaces/demo/networks/n"] = keep
    server.script = script

    result = run("network", "delete", "n", "--wait")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "network.slipway.dev/n is being deleted",
        "network.slipway.dev/n is gone",
    ]
    assert run.clock.now == 2


def test_deleting_a_machine_replaces_it(run, server):
    server.put("machines", "demo", "web-cp-1")

    assert "is being replaced" in run("machines", "delete", "web-cp-1").stdout


def test_the_tenant_is_the_options_then_the_environments_then_the_contexts(run, server):
    run("cluster", "list")
    run("cluster", "list", SLIPWAY_TENANT="env")
    run("cluster", "list", "-n", "option", SLIPWAY_TENANT="env")

    assert [path.split("/")[5] for path, _ in server.asked("GET")] == ["demo", "env", "option"]


def test_tenant_create_prints_a_token(run, server):
    server.on["POST", "/apis/slipway.dev/v1/tenants/acme/token"] = (
        201,
        {"token": "slip_new", "expirationTimestamp": "2027-01-01T00:00:00Z"},
    )

    result = run("tenant", "create", "acme", "--quota", "clusters=5", "--token", "ci", "--role", "operator")

    assert result.stdout.splitlines() == ["tenant.slipway.dev/acme created", "slip_new"]
    assert server.objects["tenants", "", "acme"]["spec"] == {"quota": {"clusters": 5}}
    assert server.asked("POST")[-1][1] == {"account": "ci", "role": "operator"}


def test_another_token_for_an_account(run, server):
    server.on["POST", "/apis/slipway.dev/v1/tenants/acme/token"] = (
        201,
        {"token": "slip_new", "role": "viewer"},
    )

    result = run("tenant", "token", "acme", "--account", "ci", "--expires-in", "12h")

    assert result.stdout == "slip_new\n"
    assert server.asked("POST")[0][1] == {"account": "ci", "expiresIn": "12h"}


@pytest.mark.parametrize(
    ("since", "text"),
    [
        ("2026-01-01T00:00:00Z", "59s"),
        ("2025-12-31T22:00:00Z", "2h"),
        ("2025-12-29T00:00:00Z", "3d"),
        ("5m", "5m"),
    ],
)
def test_ages_are_as_kubectl_writes_them(since, text):
    from datetime import UTC, datetime

    assert age(since, datetime(2026, 1, 1, 0, 0, 59, tzinfo=UTC)) == text


def test_a_provider_is_given_up_before_it_is_deleted(run, server):
    server.put("providers", "", "cloud")

    assert run("provider", "delete", "cloud", "--abandon").exit_code == 0
    (patch, deletion) = [(method, body) for method, path, body in server.requests if path.endswith("/cloud")]
    assert patch == ("PATCH", {"metadata": {"annotations": {"slipway.dev/abandon": "true"}}})
    assert deletion[0] == "DELETE"
