"""Settings of a room: ranges of addresses, and what is refused."""

import pytest

from provisioning.drivers.errors import Invalid
from provisioning.drivers.registry import open_driver, settings_model


def test_addresses_are_ranges_or_single_ones_in_a_list_or_a_text():
    model = settings_model("baremetal")
    both = {"network": "10.0.0.0/24", "addresses": ["10.0.0.7", "10.0.0.20-10.0.0.22"]}
    text = {"network": "10.0.0.0/24", "addresses": "10.0.0.7, 10.0.0.20-10.0.0.22"}
    wanted = ["10.0.0.7", "10.0.0.20", "10.0.0.21", "10.0.0.22"]

    assert [list(model.model_validate(given).pool()) for given in (both, text)] == [wanted, wanted]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "network"),
        ({"network": "10.0.0.1/24"}, "host bits"),
        ({"network": "10.0.0.0/24", "addresses": "10.0.1.1"}, "10.0.1.1 is not in the network"),
        ({"network": "10.0.0.0/24", "addresses": "10.0.0.9-10.0.0.1"}, "must rise"),
        ({"network": "10.0.0.0/8", "addresses": "10.0.0.1-10.200.0.1"}, "at most 4096"),
        ({"network": "10.0.0.0/24", "addresses": "ten"}, "addresses"),
        ({"network": "10.0.0.0/24", "storageRoot": "data"}, "absolute"),
        ({"network": "10.0.0.0/24", "storageTypes": {"nvme": "/"}}, "absolute"),
        ({"network": "10.0.0.0/24", "storageTypes": {"../x": "/dev/sdb"}}, "is on a disk"),
        ({"network": "10.0.0.0/24", "adresses": "10.0.0.1"}, "adresses"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings, words):
    with pytest.raises(Invalid) as refused:
        open_driver("baremetal", settings, {})
    assert words in refused.value.message
