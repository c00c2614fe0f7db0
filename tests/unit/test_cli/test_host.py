"""`slipway host`: what is sent for a host, lists that are read, and what a check says."""

from pathlib import Path

import pytest

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "id"
    path.write_text(KEY + "\n")
    return path


def test_add_sends_the_way_in_and_labels(run, server, key):
    result = run(
        "host", "add", "r1-07", "--address", "10.0.0.7", "--user", "ops", "--key", f"@{key}",
        "--failure-domain", "r1", "--label", "disk=nvme", "--bastion", "jump@192.0.2.9:2222",
    )  # fmt: skip

    assert result.stdout == "host.slipway.dev/r1-07 added\n"
    ((_, body),) = server.asked("POST")
    assert body["metadata"]["labels"] == {"disk": "nvme"}
    assert body["spec"] == {
        "address": "10.0.0.7",
        "user": "ops",
        "port": 22,
        "failureDomain": "r1",
        "secrets": {"privateKey": KEY},
        "bastion": {"address": "192.0.2.9", "user": "jump", "port": 2222},
    }


def test_a_csv_file_is_imported_and_imported_again(run, server, key, tmp_path):
    hosts = tmp_path / "hosts.csv"
    hosts.write_text(
        "name,address,failureDomain,labels,port\nh1,10.0.0.1,r1,a=1 b=2,\nh2,10.0.0.2,r2,,2222\n"
    )

    first = run("host", "import", str(hosts), "--key", f"@{key}", "--user", "ops")
    second = run("host", "import", str(hosts), "--key", f"@{key}", "--user", "ops")

    assert first.stdout.split("\n")[:2] == ["host.slipway.dev/h1 added", "host.slipway.dev/h2 added"]
    assert second.stdout.split("\n")[:2] == ["host.slipway.dev/h1 changed", "host.slipway.dev/h2 changed"]
    spec = server.objects["hosts", "", "h2"]["spec"]
    assert (spec["address"], spec["port"], spec["failureDomain"], spec["user"]) == (
        "10.0.0.2",
        2222,
        "r2",
        "ops",
    )
    assert spec["secrets"] == {"privateKey": KEY}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,adress\nh1,10.0.0.1\n", "unknown column 'adress'"),
        ("name,address\nh1,\n", "line 2: name and address are needed"),
        ("name,address,port\nh1,10.0.0.1,ssh\n", "line 2: 'ssh' is no port"),
    ],
)
def test_a_csv_file_with_a_fault_says_where(run, tmp_path, content, words):
    hosts = tmp_path / "hosts.csv"
    hosts.write_text(content)
    result = run("host", "import", str(hosts))

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize("form", ["ini", "yaml"])
def test_an_ansible_inventory_is_imported(run, server, key, tmp_path, form):
    hosts = tmp_path / f"hosts.{form}"
    hosts.write_text(
        f"[rack1]\nh1 ansible_host=10.0.0.1 ansible_user=ops ansible_port=2222 ansible_ssh_private_key_file={key}"
        " ansible_become_password=pw slipway_failure_domain=r1\n"
        if form == "ini"
        else "rack1: {hosts: {h1: {ansible_host: 10.0.0.1, ansible_user: ops, ansible_port: 2222,"
        f" ansible_ssh_private_key_file: {key}, ansible_become_password: pw, slipway_failure_domain: r1}}}}}}\n"
    )
    result = run("host", "import", str(hosts))

    assert result.exit_code == 0, result.stderr
    ((_, body),) = server.asked("POST")
    assert body["metadata"] == {"name": "h1", "labels": {"group.slipway.dev/rack1": "true"}}
    assert body["spec"] == {
        "address": "10.0.0.1",
        "user": "ops",
        "port": 2222,
        "failureDomain": "r1",
        "secrets": {"privateKey": KEY, "sudoPassword": "pw"},
    }


def _looked_at(server, name, at, **status):
    return server.put("hosts", "", name, status={"checkedAt": at, **status})


def test_check_says_what_is_missing_and_what_mends_it(run, server):
    path = "/apis/slipway.dev/v1/hosts/h1"
    problem = {"check": "swap", "message": "swap is on (/dev/sda2)", "mend": "swapoff -a"}
    unfit = {"type": "Ready", "status": "False", "reason": "HostUnfit", "message": "swap"}
    before = _looked_at(server, "h1", "1")
    server.on["POST", f"{path}/check"] = (202, before)
    server.at_reading(
        path, lambda: None, lambda: _looked_at(server, "h1", "2", problems=[problem], conditions=[unfit])
    )

    result = run("host", "check", "h1")

    assert result.exit_code != 0
    assert result.stdout.splitlines() == ["h1: HostUnfit", "  - swap is on (/dev/sda2)", "    swapoff -a"]
    assert "not fit for clusters: h1" in result.stderr


def test_check_without_names_looks_at_all_hosts(run, server):
    ready = {"type": "Ready", "status": "True", "reason": "AsDeclared", "message": ""}
    facts = {"systemName": "Debian GNU/Linux 12 (bookworm)", "cpu": "8", "memory": "32000Mi"}
    for name in ("h1", "h2"):
        _looked_at(server, name, "2", state="Free", facts=facts, conditions=[ready])
        server.on["POST", f"/apis/slipway.dev/v1/hosts/{name}/check"] = (202, {"status": {"checkedAt": "1"}})

    result = run("host", "check")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{name}: Free: Debian GNU/Linux 12 (bookworm), 8 cores, 32000Mi" for name in ("h1", "h2")
    ]


def test_release_waits_until_the_host_is_free(run, server):
    path = "/apis/slipway.dev/v1/hosts/h1"
    _looked_at(server, "h1", "1", state="Claimed")
    server.on["POST", f"{path}/release"] = (202, {})
    server.at_reading(path, lambda: None, lambda: _looked_at(server, "h1", "2", state="Free"))

    result = run("host", "release", "h1", "--wait")

    assert result.stdout.splitlines()[-1] == "host.slipway.dev/h1 is free"
