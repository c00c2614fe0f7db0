"""What only the local driver promises: real containers on this host's engine."""

import subprocess
import time
from pathlib import Path

import pytest

from provisioning.drivers.contract import MachineState, NetworkRequest, StorageRequest
from provisioning.drivers.errors import Conflict, Misconfigured
from provisioning.drivers.local import facts, host, images
from provisioning.drivers.local.engine import engine_at
from tests.drivers.conftest import RELEASE, Provider
from tests.support.ssh import new_key, run, ssh

pytestmark = pytest.mark.real


@pytest.fixture
def network(local: Provider) -> str:
    return (
        local.open().ensure_network(NetworkRequest(local.name("net"), local.tags(), dns=("192.0.2.53",))).name
    )


def test_a_machine_accepts_the_key_and_shows_the_hostnew_key(
    local: Provider, network: str, tmp_path: Path
) -> None:
    user, machine_key = new_key(tmp_path / "user"), new_key(tmp_path / "machine")
    made = local.open().ensure_machine(
        local.machine("a", network, ssh_key=user.public, ssh_host_key=machine_key.private)
    )
    known = tmp_path / "known_hosts"
    known.write_text(f"{made.address} {machine_key.public}")

    assert ssh(tmp_path / "user", known, made.address, "hostname") == "a"


def test_a_machine_has_its_releases_images_its_pools_and_its_limits(local: Provider, network: str) -> None:
    driver = local.open()
    made = driver.ensure_machine(local.machine("a", network, cpu=1.5, memory=2**30))
    pool = driver.ensure_storage(StorageRequest(local.name("later"), local.tags()))
    _wait_for_containerd(made.name)

    assert "kube-apiserver" in _inside(made.name, "ctr", "-n", "k8s.io", "images", "ls", "-q")
    assert _inside(made.name, "test", "-d", pool.node_path) == ""
    assert _inside(made.name, "cat", "/etc/kubernetes/resolv.conf") == "nameserver 192.0.2.53"
    limits = _docker("inspect", "-f", "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}", made.name)
    assert limits == f"{1_500_000_000} {2**30}"


def test_the_console_shows_what_a_machines_services_say_while_it_runs(local: Provider, network: str) -> None:
    driver = local.open()
    made = driver.ensure_machine(local.machine("a", network))
    _wait_for_containerd(made.name)

    assert "systemd[1]: Started" in driver.evidence(made.name, local.tags())
    _docker("stop", "-t", "0", made.name)
    assert "systemd[1]: Started" not in driver.evidence(made.name, local.tags())


def test_images_come_by_container_where_the_engines_folder_cannot_be_reached(
    local: Provider, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_reachable", lambda _: False)
    made = local.open().ensure_machine(local.machine("a", network))
    _wait_for_containerd(made.name)

    assert "kube-apiserver" in _inside(made.name, "ctr", "-n", "k8s.io", "images", "ls", "-q")


def test_whether_privileged_works_is_tried_where_the_engine_cannot_be_seen(
    local: Provider, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = host.can_be_privileged(facts.host_facts(engine_at("")))
    monkeypatch.setattr(facts, "_probed", {})
    monkeypatch.setattr(facts, "_engine_bounding_set", lambda: 0)
    made = local.open().ensure_machine(local.machine("a", network))

    assert made.state is MachineState.RUNNING
    assert _docker("inspect", "-f", "{{.HostConfig.Privileged}}", made.name) == str(seen).lower()


def test_a_pool_with_files_of_root_can_be_deleted_by_another_user(
    local: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    made = local.open().ensure_storage(StorageRequest(local.name("pool"), local.tags()))
    directory = Path(
        _docker("volume", "inspect", "-f", "{{json .Labels}}", made.id).split('path":"')[1].split('"')[0]
    )
    (directory / "pvc-1").mkdir()
    monkeypatch.setattr("shutil.rmtree", refuse)
    local.open().delete_storage(made.name)

    assert not directory.exists()
    assert local.open().sweep(local.tags()) == []


def test_a_deleted_machine_leaves_no_volume(local: Provider, network: str) -> None:
    before = set(_docker("volume", "ls", "-q").split())
    made = local.open().ensure_machine(local.machine("a", network))
    mine = set(_docker("inspect", "-f", "{{range .Mounts}}{{.Name}} {{end}}", made.name).split())
    local.open().delete_machine(made.name)

    assert len(mine) == 2
    assert not mine & before
    assert not mine & set(_docker("volume", "ls", "-q").split())


def test_a_release_without_a_bundle_names_the_command(local: Provider, network: str) -> None:
    with pytest.raises(Misconfigured, match=r"slipway bundle build 1\.0\.0"):
        local.open().ensure_machine(local.machine("a", network, release="1.0.0"))
    assert [found.name for found in local.open().sweep(local.tags())] == [network]


def test_what_is_not_ours_is_neither_adopted_nor_deleted(local: Provider, network: str) -> None:
    name = local.name("a")
    image = images.find_node_image(engine_at(""), RELEASE).image
    _docker("create", "--name", name, "--entrypoint", "sleep", image, "1")
    _docker("network", "create", "--subnet", "10.199.40.0/26", local.name("theirs"))
    try:
        with pytest.raises(Conflict):
            local.open().ensure_machine(local.machine("a", network))
        with pytest.raises(Conflict):
            local.open().ensure_network(NetworkRequest(local.name("theirs"), local.tags()))
        local.open().delete_machine(name)
        local.open().delete_network(local.name("theirs"))
        assert _docker("inspect", "-f", "{{.Name}}", name) == f"/{name}"
        assert local.name("theirs") in _docker("network", "ls", "--format", "{{.Name}}")
    finally:
        _docker("rm", "-fv", name)
        _docker("network", "rm", local.name("theirs"))


def test_a_subnet_that_the_host_routes_elsewhere_is_a_conflict(local: Provider) -> None:
    run("ip", "route", "add", "10.199.41.0/24", "dev", "lo")
    try:
        with pytest.raises(Conflict, match="route"):
            local.open().ensure_network(NetworkRequest(local.name("n"), local.tags(), cidr="10.199.41.0/26"))
    finally:
        run("ip", "route", "del", "10.199.41.0/24", "dev", "lo")


def test_a_subnet_of_a_stale_nat_rule_is_a_conflict(local: Provider) -> None:
    rule = ("POSTROUTING", "-s", "10.199.42.0/24", "!", "-o", "br-gone", "-j", "MASQUERADE")
    run("iptables", "-t", "nat", "-A", *rule)
    try:
        with pytest.raises(Conflict, match="NAT rule"):
            local.open().ensure_network(NetworkRequest(local.name("n"), local.tags(), cidr="10.199.42.0/26"))
    finally:
        run("iptables", "-t", "nat", "-D", *rule)


def _wait_for_containerd(name: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            _inside(name, "ctr", "version")
        except subprocess.CalledProcessError:
            time.sleep(0.2)
        else:
            return


def _inside(name: str, *command: str) -> str:
    return _docker("exec", name, *command)


def _docker(*arguments: str) -> str:
    return run("docker", *arguments)
