"""What is written into people's kubeconfig files, and what is not touched."""

import json
import stat
from pathlib import Path

import pytest
import yaml

from slipway.cli.errors import Exit

ISSUE = "/apis/slipway.dev/v1/namespaces/demo/clusters/web/kubeconfig"
ISSUED = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "web", "cluster": {"server": "https://192.0.2.9:6443"}}],
    "users": [{"name": "me@web", "user": {"client-certificate-data": "QQ==", "client-key-data": "Qg=="}}],
    "contexts": [{"name": "me@web", "context": {"cluster": "web", "user": "me@web"}}],
    "current-context": "me@web",
}
MINE = {
    "apiVersion": "v1",
    "kind": "Config",
    "preferences": {"colors": True},
    "clusters": [{"name": "mine", "cluster": {"server": "https://mine"}}],
    "users": [{"name": "mine", "user": {"token": "t"}}],
    "contexts": [{"name": "mine", "context": {"cluster": "mine", "user": "mine"}}],
    "current-context": "mine",
}


@pytest.fixture
def issuing(server):
    answer = {"kind": "Kubeconfig", "kubeconfig": ISSUED, "expirationTimestamp": "2026-01-01T08:00:00Z"}
    server.on["POST", ISSUE] = (201, answer)
    return server


@pytest.fixture
def kubeconfig(run, tmp_path: Path) -> Path:
    path = tmp_path / "kube/config"
    run.environ["KUBECONFIG"] = str(path)
    return path


def test_a_new_file_is_for_its_owner_only(run, issuing, kubeconfig):
    result = run("cluster", "kubeconfig", "web")

    assert result.exit_code == 0
    assert stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600
    written = yaml.safe_load(kubeconfig.read_text())
    assert written["current-context"] == "slipway-demo-web"
    assert written["contexts"][0]["context"] == {"cluster": "slipway-demo-web", "user": "slipway-demo-web"}
    assert "Qg==" not in result.output


def test_everything_else_is_kept_and_a_second_time_replaces(run, issuing, kubeconfig):
    kubeconfig.parent.mkdir()
    kubeconfig.write_text(yaml.safe_dump(MINE))

    run("cluster", "kubeconfig", "web")
    run("cluster", "kubeconfig", "web")

    written = yaml.safe_load(kubeconfig.read_text())
    for section in ("clusters", "users", "contexts"):
        assert [item["name"] for item in written[section]] == ["mine", "slipway-demo-web"]
        assert written[section][0] == MINE[section][0]
    assert written["preferences"] == {"colors": True}
    assert [path.name for path in kubeconfig.parent.iterdir()] == ["config"]


def test_no_switch_keeps_the_current_context(run, issuing, kubeconfig):
    kubeconfig.parent.mkdir()
    kubeconfig.write_text(yaml.safe_dump(MINE))

    run("cluster", "kubeconfig", "web", "--no-switch")

    assert yaml.safe_load(kubeconfig.read_text())["current-context"] == "mine"


def test_a_symlink_stays_one(run, issuing, kubeconfig, tmp_path):
    real = tmp_path / "real"
    real.write_text(yaml.safe_dump(MINE))
    kubeconfig.parent.mkdir()
    kubeconfig.symlink_to(real)

    run("cluster", "kubeconfig", "web")

    assert kubeconfig.is_symlink()
    assert len(yaml.safe_load(real.read_text())["contexts"]) == 2


def test_a_file_that_is_no_yaml_is_left_as_it_is(run, issuing, kubeconfig):
    kubeconfig.parent.mkdir()
    kubeconfig.write_text("a: [")

    result = run("cluster", "kubeconfig", "web")

    assert result.exit_code == Exit.ERROR
    assert kubeconfig.read_text() == "a: ["


def test_writers_at_the_same_time_lose_nothing(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    from slipway.cli.kubeconfig import build, merge_into

    path = tmp_path / "config"
    names = [f"c{number}" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: merge_into(path, build(name, cluster={}, user={}), switch=True), names))

    assert sorted(item["name"] for item in yaml.safe_load(path.read_text())["contexts"]) == sorted(names)


def test_a_lock_that_stays_is_named(run, issuing, kubeconfig, monkeypatch):
    monkeypatch.setattr("slipway.cli.kubeconfig._LOCK_SECONDS", 0.1)
    kubeconfig.parent.mkdir()
    lock = kubeconfig.with_name("config.lock")
    lock.touch()

    result = run("cluster", "kubeconfig", "web")

    assert (result.exit_code, str(lock) in result.stderr) == (Exit.CONFLICT, True)


def test_a_folder_that_cannot_be_written(run, issuing, kubeconfig):
    kubeconfig.parent.write_text("a file where a folder should be")

    assert run("cluster", "kubeconfig", "web").exit_code == Exit.ERROR


def test_print_merges_nothing(run, issuing, kubeconfig):
    printed = yaml.safe_load(run("cluster", "kubeconfig", "web", "--print", "--ttl", "30m").stdout)

    assert printed["users"][0]["user"] == ISSUED["users"][0]["user"]
    assert not kubeconfig.exists()
    assert issuing.asked("POST")[0][1] == {"ttl": "1800s"}


def test_login_checks_and_stores_the_way_to_a_server(offline, server):
    server.on["GET", "/api/v1/namespaces"] = (
        200,
        {"kind": "NamespaceList", "items": [{"metadata": {"name": "acme"}}]},
    )

    result = offline("login", server.url, "--token", "slip_good")

    stored = Path(str(offline.environ["HOME"])) / ".config/slipway/config"
    assert result.exit_code == 0
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert offline("cluster", "list").stderr == "No clusters in tenant acme.\n"


def test_login_stores_nothing_when_the_token_is_wrong(offline, server):
    result = offline("login", server.url, SLIPWAY_TOKEN="slip_wrong")

    assert result.exit_code == Exit.FORBIDDEN
    assert "slip_wrong" not in result.output
    assert not (Path(str(offline.environ["HOME"])) / ".config").exists()


def test_login_says_when_a_server_of_this_machine_comes_first(run, server):
    server.on["GET", "/api/v1/namespaces"] = (200, {"items": []})

    result = run("login", server.url, "--token", "slip_good")

    assert "export SLIPWAY_KUBECONFIG=" in result.stderr


def test_contexts_are_chosen_by_name(offline, server, tmp_path):
    server.on["GET", "/api/v1/namespaces"] = (200, {"items": []})
    offline("login", server.url, "--token", "slip_good", "--name", "one", "-n", "first")
    offline("login", server.url, "--token", "slip_good", "--name", "two", "-n", "second")

    assert "tenant second" in offline("cluster", "list").stderr
    assert "tenant first" in offline("--context", "one", "cluster", "list").stderr
    assert offline("--context", "three", "cluster", "list").exit_code == Exit.USAGE


def test_the_token_is_never_shown_in_errors(offline, tmp_path):
    file = tmp_path / "config"
    file.write_text(json.dumps({**MINE, "current-context": "gone"}))

    result = offline("--kubeconfig", str(file), "cluster", "list", "-n", "x")

    assert result.exit_code == Exit.USAGE
    assert '"t"' not in result.output
