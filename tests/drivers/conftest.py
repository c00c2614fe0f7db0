"""A driver of each kind to hold to the contract, a hand behind its back, and proof that it leaves nothing."""

import importlib
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from provisioning.drivers.baremetal.book import ASIDE, host_of
from provisioning.drivers.contract import (
    Driver,
    MachineRequest,
    MachineState,
    MachineView,
    OutsideKind,
)
from provisioning.drivers.fake.cloud import FakeCloud
from tests.support.bare import rooms
from tests.support.bare.file_book import FileBook
from tests.support.bare.rack import BareHost, Rack, rack
from tests.support.openstack import lab

RELEASE = "1.37.2"


@dataclass
class Provider:
    """One provider under test. `stop` is what a person does to a machine by hand.

    `records`: the kinds that are objects of their own there; of the others nothing is made that a sweep could find.
    """

    driver_name: str
    settings: dict[str, Any]
    stop: Callable[[str], None]
    _: KW_ONLY
    start: Callable[[str], None] = lambda _: None  # by hand, where the driver has no switch
    secrets: dict[str, str] = field(default_factory=dict)
    records: frozenset[OutsideKind] = frozenset(OutsideKind)
    addresses_inside: bool = True  # stable addresses lie in the network that they are asked for
    opener: str = "provisioning.drivers.registry"  # module whose `open_driver` opens it in any process
    installation: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:8]}")

    def open(self, **settings: Any) -> Driver:
        opener = importlib.import_module(self.opener).open_driver
        opened: Driver = opener(self.driver_name, {**self.settings, **settings}, self.secrets)
        return opened

    def tags(self, **more: str) -> dict[str, str]:
        """The tags of an object of cluster `c1`, unless said otherwise."""
        own = {"installation": self.installation, "tenant": "demo", "owner": "o1", "cluster": "c1"} | more
        return {f"slipway/{key}": value for key, value in own.items()}

    def name(self, short: str) -> str:
        """A name that no other test uses."""
        return f"{self.installation}-{short}"

    def machine(self, short: str, network: str, **more: Any) -> MachineRequest:
        """A request for a machine."""
        defaults: dict[str, Any] = {"tags": self.tags(), "release": RELEASE, "hostname": short, "ssh_key": ""}
        return MachineRequest(name=self.name(short), network=network, **{**defaults, **more})

    def running(self, request: MachineRequest) -> MachineView:
        """The machine once the provider says that it runs, which is at once or in a few seconds."""
        deadline = time.monotonic() + 120
        while (view := self.open().ensure_machine(request)).state is MachineState.STARTING:
            assert time.monotonic() < deadline, view
            time.sleep(1)
        return view


MAKERS = [
    "fake",
    pytest.param("local", marks=pytest.mark.real),
    pytest.param("openstack", marks=[pytest.mark.real, pytest.mark.openstack]),
]


@pytest.fixture(
    params=[
        *MAKERS,
        pytest.param("baremetal", marks=[pytest.mark.real, pytest.mark.baremetal]),
    ]
)
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Provider]:
    yield from _opened(request, tmp_path)


@pytest.fixture(params=MAKERS)
def maker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Provider]:
    """One that makes networks, each with a cidr of its own: in a room of hosts there is the one that is there."""
    yield from _opened(request, tmp_path)


def _opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Provider]:
    if request.param == "baremetal":
        one = _baremetal(tmp_path, request.getfixturevalue("bare_rack"))
    else:
        one = {"fake": _fake, "local": _local, "openstack": _openstack}[request.param](tmp_path)
    yield one
    remove_everything(one)
    if request.param == "baremetal":
        assert [e for e in FileBook(Path(one.secrets["book"])).entries({}) if e.kind == ASIDE] == []


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Provider]:
    one = _local(tmp_path)
    yield one
    remove_everything(one)


@pytest.fixture
def driver(provider: Provider) -> Driver:
    return provider.open()


def remove_everything(one: Provider) -> None:
    """Delete what a sweep finds, what uses something before that; then a second sweep has to find nothing."""
    driver, ours = one.open(), {"slipway/installation": one.installation}
    delete = {
        OutsideKind.ENDPOINT: driver.delete_endpoint,
        OutsideKind.MACHINE: driver.delete_machine,
        OutsideKind.GROUP: driver.delete_group,
        OutsideKind.ADDRESS: driver.delete_address,
        OutsideKind.CREDENTIAL: lambda name: driver.delete_credential(name, ours),
        OutsideKind.VOLUME: driver.delete_volume,
        OutsideKind.STORAGE: driver.delete_storage,
        OutsideKind.IMAGE: driver.delete_image,
        OutsideKind.NETWORK: driver.delete_network,
        OutsideKind.PROJECT: driver.delete_project,
    }
    found = driver.sweep(ours)
    with ThreadPoolExecutor(8) as pool:
        for kind, remove in delete.items():
            list(pool.map(remove, [each.name for each in found if each.kind is kind]))
    assert driver.sweep(ours) == []


@pytest.fixture(scope="session")
def bare_rack() -> Iterator[Rack]:
    """Five bare hosts, for all tests: each finds them as it would leave them."""
    with rack() as made:
        made.add("h1", "h2", "h3", "h4", "h5")
        made.wait()
        yield made


def _baremetal(tmp_path: Path, made: Rack) -> Provider:
    """Prepared with next to nothing: what a node needs is another test's matter."""
    book = rooms.write_book(tmp_path / "book.sqlite3", made)

    def host(machine: str) -> BareHost:
        entry = book.find("machine", machine)
        assert entry is not None
        return made[host_of(entry)]

    def start(machine: str) -> None:
        host(machine).power_on()
        made.wait()

    files = rooms.tiny_files(tmp_path / "files")
    return Provider(
        "baremetal",
        rooms.settings(made),
        lambda name: host(name).power_off(),
        start=start,
        secrets={"book": str(tmp_path / "book.sqlite3"), "files": str(files), "release": RELEASE},
        records=frozenset(OutsideKind) - {OutsideKind.GROUP, OutsideKind.ENDPOINT},
        opener="tests.support.bare.file_book",
    )


def _fake(tmp_path: Path) -> Provider:
    path = str(tmp_path / "cloud.sqlite3")
    return Provider(
        "fake", {"path": path}, lambda name: FakeCloud(path).set_machine_state(name, MachineState.STOPPED)
    )


def _local(tmp_path: Path) -> Provider:
    def stop(name: str) -> None:
        subprocess.run(["docker", "kill", name], check=True, capture_output=True)

    made = frozenset(OutsideKind) - {OutsideKind.GROUP, OutsideKind.ENDPOINT, OutsideKind.CREDENTIAL}
    return Provider("local", {"storageRoot": str(tmp_path / "storage")}, stop, records=made)


def _openstack(_: Path) -> Provider:
    """In the lab's zone `fake`: real services, no containers. Its machines are asked nothing over SSH."""
    return Provider(
        "openstack",
        {**lab.MEMBER, "image": "fake", "availabilityZones": ["fake"], "machineAccess": "direct"},
        lab.stop_server,
        secrets=lab.SECRETS,
        records=frozenset(OutsideKind) - {OutsideKind.STORAGE},
        addresses_inside=False,
    )
