"""Each call of a life in a real OpenStack fails once in each way: everything is made once, and nothing is left.

SLIPWAY_FAULTS is how many of all pairs of call and trouble are tried (0: every one), SLIPWAY_SEED which;
SLIPWAY_TROUBLES names the troubles (FAILED,SWALLOWED), else each of them is meant. A pair takes up to a minute:
SLIPWAY_FIRST goes on with that one, after a run that was ended.
"""

import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from provisioning.drivers.contract import Driver
from provisioning.drivers.errors import DriverError
from provisioning.drivers.openstack import scope
from provisioning.drivers.registry import open_driver
from tests.support.openstack import lab
from tests.support.openstack.proxy import FaultProxy, Trouble, fault_proxy
from tests.support.openstack.scene import TAGS, delete_all, make_all

pytestmark = [pytest.mark.real, pytest.mark.openstack, pytest.mark.timeout(36000)]

T = TypeVar("T")
TRIED = int(os.environ.get("SLIPWAY_FAULTS", "4"))
FIRST = int(os.environ.get("SLIPWAY_FIRST", "1"))
TROUBLES = [
    Trouble[one] for one in os.environ.get("SLIPWAY_TROUBLES", ",".join(Trouble.__members__)).split(",")
]
SEED = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(10**6))))
MADE = {"servers": 2, "networks": 1, "routers": 1, "floating IPs": 1, "security groups": 1}
ENDPOINTS = {"virtualIP": {"ports": 3}, "loadBalancer": {"ports": 3, "load balancers": 1}}
"""By the setting, what it makes besides; the first does not wait for Octavia."""
PASSES = 30  # a load balancer takes a few until it is ready


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    with fault_proxy(lab.HOST, lab.PORTS) as made:
        yield made
        _until_it_works(delete_all, _opened(made))


def test_each_call_may_fail_in_each_way(proxy: FaultProxy) -> None:
    calls = _calls(proxy)
    assert len(calls) > 40
    pairs = [(call, trouble) for call in calls for trouble in TROUBLES]
    tried = random.Random(SEED).sample(pairs, TRIED) if TRIED else pairs
    todo = list(enumerate(tried, 1))[FIRST - 1 :]
    wrong, met = {}, 0
    for number, (call, trouble) in todo:
        proxy.arm(call, trouble)
        said = _live(proxy, calls[call])
        met += proxy.met
        _tell(
            f"{number} of {len(tried)}: {call}: {trouble}: {said or 'well'}{'' if proxy.met else ' (not met)'}"
        )
        if said:
            wrong[f"{call}: {trouble}"] = said

    assert wrong == {}, f"SLIPWAY_SEED={SEED}"
    assert met > len(todo) // 2


def test_a_cloud_that_cannot_be_reached_is_named_and_waited_for(proxy: FaultProxy) -> None:
    with proxy.without(5000), pytest.raises(DriverError) as caught:
        _opened(proxy).check()

    assert caught.value.code == "ProviderUnavailable"
    assert _live(proxy, "loadBalancer") == ""


def _calls(proxy: FaultProxy) -> dict[str, str]:
    """Every distinct call of a life, with the endpoint whose life makes it soonest."""
    known: dict[str, str] = {}
    for endpoint in ENDPOINTS:
        assert _live(proxy, endpoint) == ""
        known |= dict.fromkeys((call for call in proxy.calls if call not in known), endpoint)
    return known


def _opened(proxy: FaultProxy, endpoint: str = "auto") -> Driver:
    """As a process that has just begun: nothing is remembered."""
    scope._clouds.clear()
    url = proxy.through(lab.MEMBER["authUrl"])
    settings = {**lab.MEMBER, **lab.FAKE_ZONE, "authUrl": url, "endpoint": endpoint}
    return open_driver("openstack", settings, lab.SECRETS)


def _live(proxy: FaultProxy, endpoint: str) -> str:
    """A whole life; what was wrong with it, if anything."""
    before = lab.everything()
    _until_it_works(make_all, _opened(proxy, endpoint))
    found = _until_it_works(lambda driver: driver.sweep(TAGS), _opened(proxy, endpoint))
    wrong = [] if len(found) == len({one.name for one in found}) else [f"found twice: {found}"]
    made = {what: len(ids) for what, ids in lab.added(before).items()}
    if made != MADE | ENDPOINTS[endpoint]:
        wrong.append(f"made {made}")
    _until_it_works(delete_all, _opened(proxy, endpoint))
    left = lab.added(before)
    return "; ".join(wrong + ([f"left {left}"] if left else []))


def _until_it_works(call: Callable[[Driver], T], driver: Driver) -> T:
    """Pass after pass, as the reconciler does, which tries again whatever the error."""
    for _ in range(PASSES):
        try:
            return call(driver)
        except (DriverError, AssertionError) as error:
            last = error
    raise AssertionError(f"it never works: {last}")


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
