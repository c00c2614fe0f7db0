"""The decisions of the doctor, on machines unlike this one; and that it runs on this one."""

import json

import pytest

from slipway.cli.doctor import capacity, engine, files, kernel, leftovers, tools
from slipway.cli.doctor.check import Level


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("19.03.15", Level.MISSING),
        ("20.10.24+dfsg1", Level.OK),
        ("28.3.0", Level.OK),
        ("29.0.1", Level.WARNING),
        ("dev", Level.WARNING),
    ],
)
def test_docker_versions(version, level):
    assert engine.version_check(version).level is level


def test_no_engine_names_the_cure():
    (check,) = engine.checks(None, 0)

    assert (check.level, "docker.io" in check.mend) == (Level.MISSING, True)


def test_cgroup_versions():
    assert engine.cgroup_check({"CgroupVersion": "2"}).found == "v2"
    assert engine.cgroup_check({}).found.startswith("v1")  # engines before 20.10.? do not say


@pytest.mark.parametrize(
    ("bounding", "found"), [("000001ffffffffff", "can be"), ("000001fffeffffff", "cannot be")]
)
def test_limits_are_read_from_the_bounding_set(bounding, found):
    bits = kernel.capabilities(f"Name:\tx\nCapBnd:\t{bounding}\n")

    assert engine.limits_check(bits).found.startswith(found)


@pytest.mark.parametrize(("value", "level"), [(128, Level.MISSING), (8192, Level.OK), (None, Level.WARNING)])
def test_inotify(value, level):
    check = kernel.inotify_check("max_user_instances", value)

    assert check.level is level
    assert (level is Level.OK) == (not check.mend)


@pytest.mark.parametrize(("gib", "level"), [(2, Level.MISSING), (6, Level.WARNING), (24, Level.OK)])
def test_memory(gib, level):
    assert capacity.memory_check(f"MemTotal: 1 kB\nMemAvailable: {gib * 2**20} kB\n").level is level


def test_a_port_that_somebody_else_has(tmp_path, monkeypatch):
    import socket

    monkeypatch.delenv("SLIPWAY_HOST", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert capacity.port_check(tmp_path, port).level is Level.MISSING
    assert capacity.port_check(tmp_path, port).level is Level.OK


def test_nat_rules_of_a_dead_engine():
    rules = (
        "-P POSTROUTING ACCEPT\n"
        "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n"
        "-A POSTROUTING -s 172.30.0.0/16 ! -o br-0123456789ab -j MASQUERADE\n"
    )

    check = leftovers.nat_check(rules, {"lo", "docker0"})

    assert check.mend == "iptables -t nat -D POSTROUTING -s 172.30.0.0/16 ! -o br-0123456789ab -j MASQUERADE"
    assert leftovers.nat_check(rules, {"docker0", "br-0123456789ab"}).level is Level.OK


def test_bridges_of_a_dead_engine():
    check = leftovers.bridge_check({"br-0123456789ab", "br-ffffffffffff", "br-mine"}, ["ffffffffffff"])

    assert check.mend == "ip link delete br-0123456789ab"


def test_a_half_built_bundle_is_none(tmp_path):
    (tmp_path / "bundles/1.37.2-amd64").mkdir(parents=True)
    assert files.bundle_check(tmp_path).level is Level.WARNING

    (tmp_path / "bundles/1.37.2-amd64/manifest.json").write_text("{}")
    assert files.bundle_check(tmp_path).found == "1.37.2-amd64"


def test_build_tools_matter_only_where_upstream_is_out_of_reach(tmp_path, monkeypatch):
    monkeypatch.setattr(tools.shutil, "which", lambda *_, **__: None)

    assert {c.level for c in tools.build_checks(tmp_path, upstream_reachable=True)} == {Level.OK}
    assert {c.level for c in tools.build_checks(tmp_path, upstream_reachable=False)} == {Level.MISSING}


def test_it_runs_here_and_its_exit_code_says_whether_something_is_missing(offline):
    result = offline("doctor", "-o", "json")

    checks = json.loads(result.stdout)
    names = {check["name"] for check in checks}
    assert {"python", "docker", "disk", "memory", "bundle"} <= names
    assert result.exit_code == any(check["level"] == "missing" for check in checks)
    assert all(check["mend"] for check in checks if check["level"] != "ok")
