"""What only the baremetal driver promises: each fault by its name, nothing left, nothing of others touched."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.drivers.baremetal.book import ASIDE
from provisioning.drivers.baremetal.driver import BareMetalDriver
from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.contract import MachineState, NetworkRequest, StorageRequest
from provisioning.drivers.errors import Conflict, Invalid, QuotaExceeded
from tests.drivers.conftest import Provider, _baremetal, remove_everything
from tests.support.bare.file_book import FileBook, open_driver
from tests.support.bare.image import PASSWORD
from tests.support.bare.rack import BareHost, Rack
from tests.support.bare.traces import traces
from tests.support.ssh import run

pytestmark = [pytest.mark.real, pytest.mark.baremetal]


@pytest.fixture
def room(tmp_path: Path, bare_rack: Rack) -> Iterator[Provider]:
    one = _baremetal(tmp_path, bare_rack)
    yield one
    remove_everything(one)


@pytest.fixture
def driver(room: Provider) -> BareMetalDriver:
    return open_driver("baremetal", room.settings, room.secrets)


@pytest.fixture
def book(room: Provider) -> FileBook:
    return FileBook(Path(room.secrets["book"]))


@pytest.fixture
def host(bare_rack: Rack) -> BareHost:
    """The first one that is given out."""
    return bare_rack["h1"]


@pytest.fixture
def disk(host: BareHost, tmp_path: Path) -> Iterator[str]:
    """An empty disk that only this host has."""
    file = tmp_path / "disk"
    file.touch()
    os.truncate(file, 64 << 20)
    device = run("losetup", "--find", "--show", str(file))
    try:
        host.run(f"[ -b {device} ] || mknod {device} b 7 {device.removeprefix('/dev/loop')}")
        yield device
        host.run(f"rm {device}")
    finally:
        run("losetup", "--detach", device)


def let_in_as(book: FileBook, rack: Rack, host: BareHost, **access: Any) -> None:
    """The Host object says something else."""
    view = next(h for h in book.hosts() if h.name == host.name)
    book.put_host(view, {"address": host.address, "key": rack.key, "host_key": host.host_key(), **access})


def fault(driver: BareMetalDriver) -> HostFault:
    with pytest.raises(HostFault) as found:
        driver.look("h1", in_use=False)
    return found.value


def test_a_user_with_a_sudo_password_does_as_well_as_root(
    room: Provider, driver: BareMetalDriver, book: FileBook, bare_rack: Rack, host: BareHost
) -> None:
    let_in_as(book, bare_rack, host, user="ops", sudo_password=PASSWORD)
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name

    assert driver.look("h1", in_use=False).problems == ()
    made = driver.ensure_machine(room.machine("a", network))
    assert made.id.startswith("h1/")
    assert made.access is not None
    assert (made.access.user, made.access.by_root) == ("ops", False)
    driver.delete_machine(made.name)
    assert not host.run("ls /var/lib/slipway-host 2>/dev/null", check=False)


def through(rack: Rack, **bastion: str) -> dict[str, str]:
    """The second host as the way to the first."""
    return {"address": rack["h2"].address, "user": "ops", "key": rack.key, **bastion}


def test_a_host_behind_a_bastion_is_made_a_machine_and_watched(
    room: Provider, driver: BareMetalDriver, book: FileBook, bare_rack: Rack, host: BareHost
) -> None:
    let_in_as(book, bare_rack, host, bastion=through(bare_rack))
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name

    driver.look("h1", in_use=False)  # the bastion's key is kept
    made = driver.ensure_machine(room.machine("a", network))
    assert made.access is not None
    assert made.access.bastion is not None
    assert made.access.bastion.host_key == bare_rack["h2"].host_key()
    assert host.run("cat /var/lib/slipway-host/claim").endswith(made.name)
    assert driver.list_machines(room.tags())[0].state is MachineState.RUNNING
    host.run("systemctl stop ssh")
    try:
        assert driver.list_machines(room.tags())[0].state is MachineState.STOPPED
    finally:
        host.run("systemctl start ssh")
    driver.delete_machine(made.name)
    assert not host.run("ls /var/lib/slipway-host 2>/dev/null", check=False)


@pytest.mark.parametrize(
    ("bastion", "reason"),
    [
        ({"host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
         "HostKeyChanged"),
        ({"user": "nobody"}, "SSHKeyRefused"),
        ({"port": 4}, "SSHRefused"),
    ],
)  # fmt: skip
def test_a_bastion_that_does_not_help_is_named(
    driver: BareMetalDriver, book: FileBook, bare_rack: Rack, host: BareHost, bastion: Any, reason: str
) -> None:
    let_in_as(book, bare_rack, host, bastion=through(bare_rack, **bastion))

    found = fault(driver)
    assert found.code == reason
    assert found.message.startswith("bastion ")


def test_ssh_that_is_stopped(driver: BareMetalDriver, host: BareHost) -> None:
    host.run("systemctl stop ssh.socket ssh.service 2>/dev/null; systemctl stop ssh")
    try:
        assert fault(driver).code == "SSHRefused"
    finally:
        host.run("systemctl start ssh")


def test_a_key_that_the_host_does_not_know(driver: BareMetalDriver, host: BareHost) -> None:
    host.run("mv ~root/.ssh/authorized_keys ~root/.ssh/kept")
    try:
        assert fault(driver).code == "SSHKeyRefused"
    finally:
        host.run("mv ~root/.ssh/kept ~root/.ssh/authorized_keys")


def test_a_host_that_shows_another_key(
    driver: BareMetalDriver, book: FileBook, bare_rack: Rack, host: BareHost
) -> None:
    let_in_as(book, bare_rack, host, host_key=bare_rack["h2"].host_key())

    found = fault(driver)
    assert found.code == "HostKeyChanged"
    assert "spec.hostKey" in found.message


@pytest.mark.parametrize("password", ["", "wrong"])
def test_sudo_that_does_not_help(
    driver: BareMetalDriver, book: FileBook, bare_rack: Rack, host: BareHost, password: str
) -> None:
    let_in_as(book, bare_rack, host, user="ops", sudo_password=password)

    found = fault(driver)
    assert found.code == "SudoMissing"
    assert "sudoPassword" in found.message


def test_a_clock_that_is_wrong(driver: BareMetalDriver, host: BareHost) -> None:
    """A container's clock is this machine's: what tells the time lies instead."""
    host.run("""mv /usr/bin/date /usr/bin/date.real && printf '#!/bin/sh\\necho 1000000\\n' > /usr/bin/date
        chmod 755 /usr/bin/date""")
    try:
        (problem,) = driver.look("h1", in_use=False).problems
        assert problem.check == "time"
        assert "behind" in problem.message
    finally:
        host.run("mv /usr/bin/date.real /usr/bin/date")


def test_a_full_disk_sets_the_host_aside_and_another_one_is_taken(
    room: Provider, driver: BareMetalDriver, book: FileBook, host: BareHost
) -> None:
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    host.run("mkdir -p /etc/slipway && mount -t tmpfs -o size=4k,nr_inodes=2 none /etc/slipway")
    try:
        made = driver.ensure_machine(room.machine("a", network))
        (aside,) = [e for e in book.entries({}) if e.kind == ASIDE]
        assert not made.id.startswith("h1/")
        assert aside.name == "h1"
        assert "No space left on device" in str(aside.data["message"])
    finally:
        host.run("umount /etc/slipway; rmdir /etc/slipway")
    driver.clean(aside)
    assert [e for e in book.entries({}) if e.kind == ASIDE] == []


def test_what_cannot_be_wiped_keeps_its_host_from_others(
    room: Provider, driver: BareMetalDriver, book: FileBook, host: BareHost
) -> None:
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    made = driver.ensure_machine(room.machine("a", network))
    host.run(
        "mkdir -p /etc/kubernetes/pki && mount -t tmpfs none /etc/kubernetes/pki && touch /etc/kubernetes/pki/ca.key"
    )
    try:
        driver.delete_machine(made.name)
        (aside,) = [e for e in book.entries({}) if e.kind == ASIDE]
        assert driver.list_machines({}) == []
        assert aside.data["reason"] == "HostUnclean"
        assert "/etc/kubernetes" in str(aside.data["message"])
        assert not driver.ensure_machine(room.machine("b", network)).id.startswith("h1/")
    finally:
        host.run("umount /etc/kubernetes/pki")
    driver.clean(aside)
    assert [e for e in book.entries({}) if e.kind == ASIDE] == []


def test_another_slipway_s_host_is_neither_used_nor_wiped(
    room: Provider, driver: BareMetalDriver, book: FileBook, host: BareHost
) -> None:
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    host.run(
        "mkdir -p /var/lib/slipway-host && echo 'theirs m9' > /var/lib/slipway-host/claim && touch /etc/theirs"
    )
    try:
        assert not driver.ensure_machine(room.machine("a", network)).id.startswith("h1/")
        (aside,) = [e for e in book.entries({}) if e.kind == ASIDE]
        with pytest.raises(HostFault, match="another Slipway"):
            driver.clean(aside)
        assert host.run("cat /var/lib/slipway-host/claim") == "theirs m9"
    finally:
        host.run("rm -rf /var/lib/slipway-host /etc/theirs")
    driver.clean(aside)


def test_nothing_is_left_on_a_host(room: Provider, driver: BareMetalDriver, host: BareHost) -> None:
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    before = traces(host)
    made = driver.ensure_machine(room.machine("a", network))
    assert made.id.startswith("h1/")
    assert traces(host).more_than(before)  # it can be seen
    driver.delete_machine(made.name)

    assert traces(host).more_than(before) == []


def test_a_disk_is_a_storage_pool_while_its_host_has_a_machine(
    room: Provider, host: BareHost, disk: str
) -> None:
    driver = open_driver("baremetal", {**room.settings, "storageTypes": {"fast": disk}}, room.secrets)
    before = traces(host)
    assert driver.look("h1", in_use=False).problems == ()
    (problem,) = driver.look("h2", in_use=False).problems
    assert f"no disk {disk}" in problem.message
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    pool = driver.ensure_storage(StorageRequest(room.name("pool"), room.tags(), type="fast"))
    made = driver.ensure_machine(room.machine("a", network))
    assert made.id.startswith("h1/")

    host.run(f"mkdir -p {pool.node_path} && echo kept > {pool.node_path}/file")
    assert host.run(f"df --output=source {pool.node_path}").endswith(disk)
    driver.ensure_machine(room.machine("a", network))
    assert host.run(f"cat {pool.node_path}/file") == "kept"
    driver.delete_machine(made.name)
    assert host.run(f"wipefs {disk}") == ""
    assert traces(host).more_than(before) == []


def test_a_disk_that_holds_something_is_not_touched(room: Provider, host: BareHost, disk: str) -> None:
    driver = open_driver("baremetal", {**room.settings, "storageTypes": {"fast": disk}}, room.secrets)
    host.run(f"mkfs.ext4 -q -F {disk}")

    (problem,) = driver.look("h1", in_use=False).problems
    assert "holds ext4" in problem.message
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    with pytest.raises(HostFault):
        driver.ensure_machine(room.machine("a", network))
    for aside in (e for e in FileBook(Path(room.secrets["book"])).entries({}) if e.kind == ASIDE):
        driver.clean(aside)
    assert "ext4" in host.run(f"wipefs --noheadings --output TYPE {disk}")


def test_what_a_room_cannot_do_is_said(room: Provider, driver: BareMetalDriver) -> None:
    with pytest.raises(Conflict, match="cannot be made"):
        driver.ensure_network(NetworkRequest(room.name("net"), room.tags(), cidr="10.199.1.0/24"))
    network = driver.ensure_network(NetworkRequest(room.name("net"), room.tags())).name
    with pytest.raises(Invalid, match="no flavors"):
        driver.ensure_machine(room.machine("a", network, flavor="m1.large"))
    with pytest.raises(QuotaExceeded, match="has no label gpu=yes"):
        driver.ensure_machine(room.machine("a", network, labels={"gpu": "yes"}))
