"""What a cluster would take of a project, held against what making it takes."""

from collections import Counter
from typing import Any

import pytest

from provisioning.drivers.contract import Driver
from provisioning.drivers.errors import Conflict, Invalid, Misconfigured, QuotaExceeded
from provisioning.drivers.forecast import Size, Wanted
from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import TAGS, machine, make_all, opened, prepared

GIB = 2**30
WHOLE = Wanted(
    "1.37.2", (Size(), Size()), network=True, address=True, group=True, endpoint=True
)  # as `make_all` makes it


def used(driver: Driver) -> Counter[str]:
    return Counter({one.resource: one.used for one in driver.limits(TAGS)})


@pytest.mark.parametrize("endpoint", ["auto", "virtualIP"])
@pytest.mark.parametrize("access", ["floatingIP", "direct"])
def test_a_cluster_takes_what_was_foretold(cloud: Cloud, endpoint: str, access: str) -> None:
    """The DHCP port is the network's own agent's: the cloud in memory has none."""
    driver = opened(endpoint=endpoint, machineAccess=access)
    foretold = driver.forecast(WHOLE, TAGS)
    takes = Counter(foretold.shared)
    for one in foretold.machines:
        takes.update(one.takes)
    assert used(driver)["ports"] == 0
    make_all(driver)
    taken = used(driver)

    assert takes.pop("ports") == taken.pop("ports") + 1
    assert takes.pop("serverGroupMembers") == 2
    assert takes.pop("securityGroupRules") == taken.pop("securityGroupRules") + 2  # Neutron's own
    for untouched in ("storage", "volumes"):
        del taken[untouched]
    assert takes == +taken


def test_a_machine_gets_the_flavor_that_it_was_foretold(cloud: Cloud) -> None:
    wanted = Wanted("1.37.2", (Size(1, 2 * GIB, 15 * GIB), Size(flavor="large"), Size()))
    driver = prepared()
    foretold = driver.forecast(wanted, TAGS).machines
    driver.ensure_machine(machine("a", cpu=1, memory=2 * GIB, disk=15 * GIB))
    driver.ensure_machine(machine("b", flavor="large"))
    driver.ensure_machine(machine("c"))
    names = {row["id"]: row["name"] for row in cloud.rows.of("compute/flavors")}
    made = [names[row["asked"]["server"]["flavorRef"]] for row in cloud.rows.of("compute/servers")]

    assert [one.flavor for one in foretold] == made == ["medium", "large", "small"]
    assert (foretold[0].cpu, foretold[0].memory, foretold[0].disk) == (2, 4 * GIB, 20 * GIB)


def test_flavors_that_are_not_there_are_the_operators_to_name(cloud: Cloud) -> None:
    (foretold,) = opened(flavors=["nope"]).forecast(Wanted("1.37.2", (Size(),)), TAGS).machines

    assert isinstance(foretold.problem, Misconfigured)
    assert foretold.problem.field == "spec.settings.flavors"


def test_a_root_disk_that_is_a_volume_is_counted(cloud: Cloud) -> None:
    driver = opened(bootFromVolume=True)
    (one,) = driver.forecast(Wanted("1.37.2", (Size(disk=30 * GIB),)), TAGS).machines

    assert (one.takes["volumes"], one.takes["storage"], one.disk) == (1, 30 * GIB, 30 * GIB)


@pytest.mark.parametrize(
    ("size", "error", "words"),
    [
        (Size(flavor="huge"), Invalid, "there is no flavor huge; there are small, medium, large"),
        (Size(cpu=64), QuotaExceeded, "no flavor has 64 cores"),
    ],
)
def test_a_flavor_that_there_is_not_is_said_as_making_says_it(
    cloud: Cloud, size: Size, error: type[Exception], words: str
) -> None:
    driver = prepared()
    (one,) = driver.forecast(Wanted("1.37.2", (size,)), TAGS).machines
    assert isinstance(one.problem, error)
    assert words in one.problem.message
    with pytest.raises(error, match=words):
        driver.ensure_machine(machine("a", cpu=size.cpu, flavor=size.flavor))


def test_an_image_of_the_operator_s_has_to_be_there(cloud: Cloud) -> None:
    (problem,) = opened(image="golden").forecast(WHOLE, TAGS).problems

    assert isinstance(problem, Misconfigured)
    assert "no image is named golden" in problem.message


def test_an_image_of_ours_is_uploaded_when_it_is_needed(cloud: Cloud) -> None:
    """Until then its disk is what we know of it."""
    settings: dict[str, Any] = {"image": "slipway-node-{release}"}
    wanted = Wanted("1.37.2", (Size(),), image_disk=12 * GIB)
    foretold = opened(**settings).forecast(wanted, TAGS)

    assert (foretold.image, foretold.image_there, foretold.problems) == ("slipway-node-1.37.2", False, ())
    assert foretold.machines[0].flavor == "medium"


def test_a_network_in_the_way_and_a_load_balancer_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.openstack.scene import enter

    enter(monkeypatch, octavia=False)
    driver = prepared(project="shared", endpoint="loadBalancer", addressSpace="172.30.0.0/16")
    taken = driver.find_network("net", TAGS)
    assert taken is not None
    wanted = Wanted("1.37.2", network=True, cidr=taken.cidr, endpoint=True)
    found = {type(problem) for problem in driver.forecast(wanted, TAGS).problems}

    assert found == {Conflict, Misconfigured}


def test_a_tenant_without_a_project_has_what_new_projects_get(cloud: Cloud) -> None:
    cloud.rows.quota["cores"] = 7
    found = {one.resource: (one.used, one.limit) for one in opened().limits(TAGS)}

    assert found["cpu"] == (0, 7)
    assert found["floatingIPs"] == (0, 100)
    assert found["storage"] == (0, 100 * GIB)
    assert found["loadBalancers"] == (0, 10)
    assert not cloud.rows.of("identity/projects", lambda p: p["name"].startswith("slipway-"))


def test_what_a_user_may_not_ask_for_is_no_limit(cloud: Cloud) -> None:
    cloud.fail("GET /compute/v2.1/os-quota-sets", 403, forbidden={"message": "Policy doesn't allow it"})
    assert opened().limits(TAGS) == []
