"""What the web page reads of the platform: the drivers' settings, and how the work goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning import health, offered_drivers
from provisioning.models import Work
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.store import store
from tests.api.tenancy_server import Client, running_web


@pytest.mark.django_db
def test_drivers_say_what_a_provider_has_to_give():
    offered_drivers.sync()
    offered_drivers.sync()

    found = {d["metadata"]["name"]: d["spec"] for d in store.list("drivers")}
    assert set(found) >= {"fake", "local", "openstack"}
    settings = found["openstack"]["settings"]
    assert settings["required"] == ["authUrl"]
    password = settings["properties"]["password"]["anyOf"][0]
    assert password["writeOnly"] is True
    assert found["fake"]["simulated"] is True


@pytest.mark.django_db
def test_a_wrong_setting_is_refused_in_words_of_ours():
    spec = {"driver": "openstack", "settings": {"authUrl": "nonsense"}, "secrets": {"password": "a-word"}}
    made = {"apiVersion": "slipway.dev/v1", "kind": "Provider", "metadata": {"name": "p"}, "spec": spec}
    with pytest.raises(Invalid) as caught:
        store.create("providers", made)

    assert [(e.field, e.message) for e in caught.value.errors] == [
        ("spec.settings.authUrl", "must begin with https:// or http://")
    ]


@pytest.mark.django_db
def test_a_queue_that_nobody_empties_is_told():
    now = timezone.now()
    Work.objects.create(uid="1", plural="clusters", name="a", next_reconcile_at=now)
    assert health.queue().well
    Work.objects.create(uid="2", plural="clusters", name="b", next_reconcile_at=now - timedelta(minutes=5))

    told = health.queue()
    assert not told.well
    assert told.text.startswith("2 due, the longest for 30")

    Work.objects.update(holder="me", lease_expires_at=now + timedelta(minutes=1))
    assert health.queue().well
    assert health.workers().text == "1 at work on 2 objects"


@pytest.mark.timeout(120)
def test_only_users_hear_the_details(tmp_path):
    with running_web(tmp_path / "home") as root:
        verbose = root.open("GET", "/readyz?verbose").read().decode()
        assert "[+]database answers" in verbose
        assert "[+]queue 0 due" in verbose
        assert Client(root.home, root.port).open("GET", "/readyz?verbose").status == 401
        assert root.open("GET", "/readyz").read() == b"ok"
