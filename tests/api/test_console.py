"""machines/NAME/console: what the provider shows of a machine, for those who may see the machine."""

import pytest
from rest_framework.test import APIRequestFactory

from provisioning.api.console import CONSOLE
from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.fake.cloud import FakeCloud
from slipway.apimachinery.store import store

OUTSIDE = "slipway-web-cp-1"


@pytest.fixture
def machine(tmp_path, db):
    """On a fake cloud that has it."""
    path = str(tmp_path / "cloud.sqlite3")
    store.create("providers", _document("Provider", "fake", {"driver": "fake", "settings": {"path": path}}))
    spec = {"cluster": "web", "role": "control_plane", "provider": "fake", "outsideName": OUTSIDE}
    document = _document("Machine", "web-cp-1", spec)
    return {**document, "metadata": {**document["metadata"], "namespace": "acme", "uid": "u"}}, FakeCloud(
        path
    )


def _document(kind, name, spec):
    return {"apiVersion": "slipway.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def test_it_is_what_the_provider_shows_and_empty_before_there_is_a_machine(machine):
    document, cloud = machine
    assert _console(document) == ""

    cloud.put(OutsideKind.MACHINE, OUTSIDE, {})
    assert _console(document) == f"console of {OUTSIDE}"


def test_a_provider_that_is_away_is_said_to_be(machine):
    document, cloud = machine
    cloud.fail("evidence")

    with pytest.raises(Unavailable, match="told to fail at evidence"):
        _console(document)


def _console(document):
    answer = CONSOLE.handler(APIRequestFactory().get("/"), document)
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()
