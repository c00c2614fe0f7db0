"""The fake cloud's failures: at each call, before its effect or with a lost answer, from any process."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provisioning.drivers.contract import (
    AddressRequest,
    Driver,
    GroupRequest,
    MachineRequest,
    MachineState,
    NetworkRequest,
    OutsideKind,
    StorageRequest,
)
from provisioning.drivers.endpoint import EndpointRequest
from provisioning.drivers.errors import (
    Conflict,
    DriverError,
    Invalid,
    Misconfigured,
    QuotaExceeded,
    Unavailable,
)
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.drivers.fake.faults import Moment
from provisioning.drivers.registry import open_driver

TAGS = {"slipway/installation": "i", "slipway/cluster": "c"}
MACHINE = MachineRequest("m", TAGS, "net", "1.37.2", "m", "")
CALLS: dict[str, Callable[[Driver], object]] = {
    "check": lambda driver: driver.check(),
    "ensure_network": lambda driver: driver.ensure_network(NetworkRequest("net2", TAGS)),
    "find_network": lambda driver: driver.find_network("net"),
    "delete_network": lambda driver: driver.delete_network("empty"),
    "ensure_address": lambda driver: driver.ensure_address(AddressRequest("a2", TAGS, "net")),
    "delete_address": lambda driver: driver.delete_address("a"),
    "ensure_storage": lambda driver: driver.ensure_storage(StorageRequest("s2", TAGS)),
    "delete_storage": lambda driver: driver.delete_storage("s"),
    "ensure_group": lambda driver: driver.ensure_group(GroupRequest("g2", TAGS, "net")),
    "delete_group": lambda driver: driver.delete_group("g"),
    "ensure_endpoint": lambda driver: driver.ensure_endpoint(EndpointRequest("e2", TAGS, "net", "a")),
    "delete_endpoint": lambda driver: driver.delete_endpoint("e"),
    "limits": lambda driver: driver.limits(TAGS),
    "ensure_machine": lambda driver: driver.ensure_machine(MACHINE),
    "list_machines": lambda driver: driver.list_machines(TAGS),
    "delete_machine": lambda driver: driver.delete_machine("old"),
    "sweep": lambda driver: driver.sweep(TAGS),
}
CHANGING = [call for call in CALLS if call.startswith(("ensure", "delete"))]


@pytest.fixture
def cloud(tmp_path: Path) -> FakeCloud:
    return FakeCloud(str(tmp_path / "cloud.sqlite3"))


@pytest.fixture
def driver(cloud: FakeCloud) -> Driver:
    """A driver with one object of each kind."""
    driver = open_driver("fake", {"path": str(cloud.path)}, {})
    for name in ("net", "empty"):
        driver.ensure_network(NetworkRequest(name, TAGS))
    driver.ensure_address(AddressRequest("a", TAGS, "net"))
    driver.ensure_storage(StorageRequest("s", TAGS))
    driver.ensure_group(GroupRequest("g", TAGS, "net"))
    driver.ensure_endpoint(EndpointRequest("e", TAGS, "net", "a"))
    driver.ensure_machine(MachineRequest("old", TAGS, "net", "1.37.2", "old", ""))
    return driver


@pytest.mark.parametrize("call", CALLS)
def test_any_call_can_fail_before_its_effect_and_works_the_next_time(
    cloud: FakeCloud, driver: Driver, call: str
) -> None:
    before = cloud.objects()
    cloud.fail(call)

    with pytest.raises(Unavailable, match=call):
        CALLS[call](driver)
    assert cloud.objects() == before
    CALLS[call](driver)


@pytest.mark.parametrize("call", CHANGING)
def test_a_lost_answer_had_its_effect_and_asking_again_changes_nothing(
    cloud: FakeCloud, driver: Driver, call: str
) -> None:
    before = cloud.objects()
    cloud.fail(call, moment=Moment.AFTER)

    with pytest.raises(Unavailable, match=call):
        CALLS[call](driver)
    after = cloud.objects()
    CALLS[call](driver)

    assert after != before
    assert cloud.objects() == after


def test_the_call_that_fails_is_counted_from_now(cloud: FakeCloud, driver: Driver) -> None:
    cloud.fail("find_network", nth=2, times=2)
    answers = [_outcome(CALLS["find_network"], driver) for _ in range(4)]

    assert answers == ["ok", "Unavailable", "Unavailable", "ok"]


def test_a_star_fails_whatever_comes(cloud: FakeCloud, driver: Driver) -> None:
    cloud.fail("*", nth=2)

    assert [_outcome(CALLS[c], driver) for c in ("check", "sweep", "check")] == ["ok", "Unavailable", "ok"]


@pytest.mark.parametrize("error", [Unavailable, QuotaExceeded, Conflict, Invalid, Misconfigured])
def test_every_kind_of_error_can_be_had(cloud: FakeCloud, driver: Driver, error: type[DriverError]) -> None:
    cloud.fail("check", error=error)

    with pytest.raises(error):
        driver.check()


def test_a_failure_is_run_into_by_another_process(cloud: FakeCloud, driver: Driver) -> None:
    cloud.fail("check", error=Misconfigured)
    root = Path(__file__).parents[2]
    script = (
        "import sys; from provisioning.drivers.registry import open_driver\n"
        "open_driver('fake', {'path': sys.argv[1]}, {}).check()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(cloud.path)],
        env={"PYTHONPATH": f"{root}:{root / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ProviderMisconfigured" in done.stderr
    driver.check()


@pytest.mark.parametrize("limits", [{"machines": 3}, {"cpu": 6}, {"memory": 3 * 2**30}])
def test_what_there_is_no_room_for_is_short_and_goes_on_when_there_is(
    tmp_path: Path, limits: dict[str, float]
) -> None:
    small = open_driver("fake", {"path": str(tmp_path / "small"), **limits}, {})
    small.ensure_network(NetworkRequest("net", TAGS))

    def make(name: str) -> object:
        return small.ensure_machine(
            MachineRequest(name, TAGS, "net", "1.37.2", name, "", cpu=2, memory=2**30)
        )

    for name in "abc":
        make(name)
    with pytest.raises(QuotaExceeded, match="short by"):
        make("d")
    make("a")  # it is there already
    small.delete_machine("a")
    make("d")


def test_each_call_is_as_slow_as_set_and_calls_do_not_wait_for_each_other(tmp_path: Path) -> None:
    slow = open_driver("fake", {"path": str(tmp_path / "slow"), "latency": 0.3}, {})
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(slow.check) for _ in range(8)]
        assert not any(answer.done() for answer in answers)
        for answer in answers:
            answer.result(timeout=2)  # one after the other they would take longer


def test_a_machine_can_be_broken_and_removed_behind_slipways_back(cloud: FakeCloud, driver: Driver) -> None:
    cloud.set_machine_state("old", MachineState.FAILED)
    (failed,) = driver.list_machines(TAGS)
    cloud.remove(OutsideKind.MACHINE, "old")

    assert failed.state is MachineState.FAILED
    assert driver.list_machines(TAGS) == []


def _outcome(call: Callable[[Driver], object], driver: Driver) -> str:
    try:
        call(driver)
    except DriverError as error:
        return type(error).__name__
    return "ok"
