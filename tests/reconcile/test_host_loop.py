"""The loop of a Host: it says how the host is and why, and what becomes of it after a claim."""

from typing import Any

import pytest
from support.fake_site import TENANT

from provisioning.drivers.baremetal.faults import HostFault
from provisioning.drivers.contract import MachineState
from provisioning.drivers.errors import QuotaExceeded
from provisioning.models import PoolEntry
from provisioning.reconcile.book import Book
from provisioning.reconcile.reconciler import reconcile
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from slipway.kernel.conditions import find
from tests.reconcile.rooms import Room, machine
from tests.support.bare.fake_hosts import FakeHost, FakeHosts


def ready(document: Document) -> Any:
    return find(document, "Ready")


# --- what a Host says


def test_a_fit_host_is_free_and_pins_the_key_that_it_showed(room: Room) -> None:
    room.add("h1")
    found = room.get("h1")

    assert found["status"]["state"] == "Free"
    assert found["status"]["hostKey"] == "ssh-ed25519 AAAAhost"
    assert found["status"]["facts"]["cpu"] == "4"
    assert ready(found)["status"] == "True"
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("fake", "words"),
    [
        (FakeHost(skew=90), "clock is 90 s ahead: set it"),
        (FakeHost(extra="port=6443"), "something listens on 6443: stop it"),
        (FakeHost(extra="runs=docker"), "docker runs: stop and disable it"),
        (FakeHost(extra="module=br_netfilter"), "kernel has no br_netfilter"),
        (FakeHost(system="fedora-41"), "it runs fedora-41: install Debian"),
        (FakeHost(memory=500 << 10), "500Mi of memory"),
    ],
)
def test_what_is_missing_is_said_with_what_mends_it(room: Room, fake: FakeHost, words: str) -> None:
    room.hosts = FakeHosts(h1=fake)
    room.add("h1")
    found = room.get("h1")

    assert ready(found)["reason"] == "HostUnfit"
    assert words in ready(found)["message"]
    assert found["status"]["state"] == "Broken"
    assert found["status"]["problems"][0]["mend"]
    with pytest.raises(QuotaExceeded, match="h1 is not ready"):
        room.driver().ensure_machine(machine("m"))


@pytest.mark.parametrize("reason", ["SSHRefused", "SSHKeyRefused", "HostKeyChanged", "SudoMissing"])
def test_a_host_that_lets_nobody_in_says_why_and_mends_itself(room: Room, reason: str) -> None:
    fake = FakeHost(faults={"probe": HostFault(reason, "the way in is shut: open it")})
    room.hosts = FakeHosts(h1=fake)
    room.add("h1")
    assert ready(room.get("h1"))["reason"] == reason
    assert find(room.get("h1"), "Blocked")["message"].startswith("the way in is shut")  # type: ignore[index]

    fake.faults.clear()
    assert ready(room.look("h1"))["status"] == "True"


# --- the life of a claim


def test_a_claimed_host_says_who_has_it_and_is_not_deleted(room: Room) -> None:
    room.add("h1")
    room.driver().ensure_machine(machine("m"))
    found = room.look("h1")
    assert (found["status"]["state"], found["status"]["claim"]["tenant"]) == ("Claimed", TENANT)

    store.delete("hosts", "", "h1")
    assert "slipway host release h1" in ready(room.look("h1"))["message"]
    room.driver().delete_machine("m")
    reconcile(found["metadata"]["uid"])
    assert store.get("hosts", "", "h1") is None


def test_a_host_that_fails_while_it_is_prepared_is_set_aside_for_another(room: Room) -> None:
    room.hosts = FakeHosts(
        h1=FakeHost(faults={"packages": HostFault("HostUnfit", "No space left on device")})
    )
    room.add("h1")
    room.add("h2")

    made = room.driver().ensure_machine(machine("m"))

    assert made.id.startswith("h2/")
    assert room.fake("h1").claim  # still marked: nobody wiped it yet
    found = room.look("h1")  # its own loop does
    assert not room.fake("h1").claim
    assert found["status"]["state"] == "Cleaning"
    assert room.look("h1")["status"]["state"] == "Free"


def test_what_is_no_fault_of_the_hosts_takes_few_of_them(room: Room) -> None:
    bad = {"programs": HostFault("HostUnfit", "not an archive")}
    room.hosts = FakeHosts(**{f"h{n}": FakeHost(faults=dict(bad)) for n in range(6)})
    for n in range(6):
        room.add(f"h{n}")

    with pytest.raises(HostFault, match="not an archive"):
        room.driver().ensure_machine(machine("m"))
    assert PoolEntry.objects.count() == 3


def test_a_host_that_cannot_be_wiped_is_given_to_nobody(room: Room) -> None:
    room.add("h1")
    room.driver().ensure_machine(machine("m"))
    room.fake("h1").left = "interface cni0"

    room.driver().delete_machine("m")

    assert room.driver().list_machines({}) == []
    found = room.look("h1")
    assert found["status"]["state"] == "Broken"
    assert ready(found)["reason"] == "HostUnclean"
    assert "interface cni0" in ready(found)["message"]
    with pytest.raises(QuotaExceeded, match="1 of 1 hosts are taken"):
        room.driver().ensure_machine(machine("n"))

    room.fake("h1").left = ""
    room.look("h1")
    assert room.look("h1")["status"]["state"] == "Free"


def test_a_silent_host_is_stopped_and_after_the_patience_failed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.add("h1")
    driver = room.driver()
    driver.ensure_machine(machine("m"))
    room.fake("h1").away = True

    assert driver.list_machines({})[0].state is MachineState.STOPPED
    assert driver.ensure_machine(machine("m")).state is MachineState.STOPPED
    entry = Book("room").find("machine", "m")
    assert entry is not None
    Book("room").note(entry, silentSince="2020-01-01T00:00:00+00:00")
    (lost,) = driver.list_machines({})
    assert lost.state is MachineState.FAILED
    assert "h1 has not answered" in lost.message

    room.fake("h1").away = False
    assert driver.list_machines({})[0].state is MachineState.RUNNING


def test_another_slipway_s_host_is_not_touched(room: Room) -> None:
    room.hosts = FakeHosts(h1=FakeHost(claim="somebody-else m9"))
    room.add("h1")

    with pytest.raises(QuotaExceeded, match="another Slipway"):
        room.driver().ensure_machine(machine("m"))
    assert room.fake("h1").claim == "somebody-else m9"
    assert "programs" not in room.fake("h1").done


# --- what is refused


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"address": "nowhere", "secrets": {"privateKey": "k"}}, "spec.address"),
        ({"address": "10.9.0.9"}, "spec.secrets.privateKey"),
        ({"address": "10.9.0.9", "secrets": {"privateKey": "k"}, "hostKey": "what"}, "spec.hostKey"),
        ({"address": "10.9.0.9", "secrets": {"privateKey": "k"}, "provider": "cloud"}, "spec.provider"),
    ],
)
def test_bad_hosts_are_refused_with_the_field(room: Room, spec: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        room.site.create("Host", "hosts", "h9", spec, namespace="")
    assert [e.field for e in refused.value.errors] == [field]


def test_a_host_is_not_written_down_twice(room: Room) -> None:
    first = room.add("h1")
    spec = {"address": first["spec"]["address"], "secrets": {"privateKey": "k"}}
    with pytest.raises(Invalid, match="h1"):
        room.site.create("Host", "hosts", "h2", spec, namespace="")
