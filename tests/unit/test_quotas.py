"""Quota arithmetic, in the units that people use."""

from decimal import Decimal

import pytest

from tenants import quotas


@pytest.mark.parametrize(
    ("limit", "used", "asked", "short"),
    [
        ({}, {}, {"cpu": "1000"}, []),
        ({"cpu": "16"}, {"cpu": "4"}, {"cpu": "12"}, []),
        ({"cpu": "16"}, {"cpu": "16"}, {"cpu": "12"}, ["cores short by 12"]),
        ({"cpu": "16"}, {"cpu": "15500m"}, {"cpu": "1"}, ["cores short by 0.5"]),
        ({"memory": "8Gi"}, {"memory": "6Gi"}, {"memory": "4Gi"}, ["memory short by 2Gi"]),
        ({"storage": "1Ti"}, {}, {"storage": "1025Gi"}, ["storage short by 1Gi"]),
        ({"clusters": 0}, {}, {"clusters": 1}, ["clusters short by 1"]),
        ({"floatingIPs": 1}, {"floatingIPs": 1}, {"floatingIPs": 1}, ["floating IPs short by 1"]),
        ({"cpu": "4", "nodes": 2}, {"cpu": 3, "nodes": 2}, {"cpu": 2, "nodes": 1},
         ["nodes short by 1", "cores short by 1"]),
        ({"cpu": "4"}, {"cpu": "9"}, {"cpu": "0"}, []),
        ({"cpu": "4"}, {"cpu": "9"}, {"cpu": "1"}, ["cores short by 6"]),
        ({"cpu": None}, {"cpu": "9"}, {"cpu": "1"}, []),
    ],
)  # fmt: skip
def test_shortages(limit, used, asked, short):
    assert quotas.shortages(limit, used, asked) == short


def test_total_adds_what_is_there():
    assert quotas.total({"cpu": "1500m"}, {"cpu": 2, "nodes": 1})["cpu"] == Decimal("3.5")
    assert quotas.total()["memory"] == 0


def test_only_the_increase_is_asked_for():
    grown = quotas.increase({"cpu": "4", "memory": "8Gi"}, {"cpu": "6", "memory": "4Gi"})
    assert (grown["cpu"], grown["memory"]) == (Decimal(2), Decimal(0))


def test_status_uses_the_words_of_the_spec():
    assert quotas.as_status({"cpu": Decimal("6.0"), "memory": 6 * 2**30, "nodes": 3}) == {
        "clusters": 0,
        "nodes": 3,
        "cpu": "6",
        "memory": "6Gi",
        "storage": "0",
        "floatingIPs": 0,
    }
