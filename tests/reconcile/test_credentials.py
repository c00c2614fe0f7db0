"""A cluster's own cloud credential: made for add-ons that use it, replaced without a gap, gone with the cluster."""

import json
from datetime import timedelta
from typing import Any

import pytest
from support.fake_site import TENANT, Site

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.errors import Misconfigured, Unavailable
from provisioning.drivers.fake.faults import Moment
from provisioning.models import CloudCredential, LedgerEntry, Work
from provisioning.simulation.toolbox import SimulatedToolbox
from provisioning.simulation.world import World
from slipway.apimachinery.errors import Invalid
from slipway.apimachinery.store import store
from slipway.base import crypto
from tests.reconcile.life import bury, condition_of, until

ROTATE = "slipway.dev/rotate-credential"
CCM, CSI = "openstack-cloud-controller-manager", "cinder-csi"


def credentials(site: Site) -> list[str]:
    return [o.name for o in site.cloud.objects() if o.kind is OutsideKind.CREDENTIAL]


def stored() -> CloudCredential:
    return CloudCredential.objects.get()


def installed(site: Site) -> list[str]:
    with site.cloud.call("look") as db:
        return World.load(site.cloud, db, site.get("clusters", "web")["metadata"]["uid"]).addons


def runs(site: Site) -> list[str]:
    return [r["spec"]["playbook"] for r in store.list("runs", TENANT)]


def annotate(site: Site, value: str) -> None:
    def change(document: Any) -> None:
        document["metadata"].setdefault("annotations", {})[ROTATE] = value

    site.edit("clusters", "web", change)


def ready(site: Site, **spec: Any) -> None:
    site.cluster(control_planes=1, workers=1, **spec)
    site.work_until_ready()


def test_a_cluster_gets_one_encrypted_and_its_add_ons_are_part_of_the_bootstrap(cloudy: Site) -> None:
    ready(cloudy)
    (name,) = credentials(cloudy)
    values = json.loads(crypto.decrypt(bytes(stored().ciphertext)))

    assert name == stored().name
    assert name.endswith("-1")
    assert values["secret"].encode() not in bytes(stored().ciphertext)
    assert {CCM, CSI} <= set(installed(cloudy))
    assert runs(cloudy) == ["bootstrap_control_plane"]
    assert condition_of(cloudy, "AddonUnavailable")["status"] == "False"
    everything = json.dumps([store.list(p, TENANT) for p in ("clusters", "events", "runs", "machines")])
    assert values["secret"] not in everything


def test_it_goes_with_the_cluster_and_is_in_its_ledger(cloudy: Site) -> None:
    ready(cloudy)
    entry = LedgerEntry.objects.get(kind="credential")
    assert entry.confirmed_at is not None
    bury(cloudy)
    assert not CloudCredential.objects.exists()


@pytest.mark.parametrize("why", ["age", "annotation", "revoked"])
def test_it_is_replaced_and_the_old_one_goes_when_the_new_is_in_use(cloudy: Site, why: str) -> None:
    ready(cloudy)
    (old,) = credentials(cloudy)
    if why == "age":
        row = stored()
        row.made_at -= timedelta(days=31)
        row.save()
        annotate(cloudy, "")  # only to have it looked at
    elif why == "annotation":
        annotate(cloudy, "2026-11-24")
    else:
        cloudy.cloud.remove(OutsideKind.CREDENTIAL, old)
    cloudy.cloud.fail("run:install_addons")  # the new one is not in use yet
    cloudy.work(lambda: "install_addons" in runs(cloudy))
    assert set(credentials(cloudy)) == {
        name for name in (old, stored().name) if why != "revoked" or name != old
    }
    cloudy.work(lambda: credentials(cloudy) == [stored().name] != [old])
    cloudy.work_until_ready()

    assert stored().name.endswith("-2")
    (event,) = [e for e in store.list("events", TENANT) if e["reason"] == "CredentialReplaced"]
    assert not [e for e in store.list("events", TENANT) if e["reason"] == "DriftMended"]
    said = {"age": "older than 30 days", "annotation": "asks for it", "revoked": "does not know it"}[why]
    assert said in event["message"]
    open_rows = LedgerEntry.objects.filter(kind="credential", gone_at__isnull=True)
    assert [row.name for row in open_rows] == [stored().name]


def test_asked_for_once_it_is_replaced_once(cloudy: Site) -> None:
    ready(cloudy)
    annotate(cloudy, "now")
    cloudy.work(lambda: credentials(cloudy) == [stored().name] and stored().number == 2)
    passes = iter(range(6))
    cloudy.work(lambda: next(passes) == 5)
    assert stored().number == 2


@pytest.mark.parametrize("call", ["make_credential", "has_credential", "delete_credential"])
@pytest.mark.parametrize("moment", list(Moment))
def test_a_call_that_fails_or_whose_answer_is_lost_leaves_one_in_the_end(
    cloudy: Site, call: str, moment: Moment
) -> None:
    cloudy.cloud.fail(call, error=Unavailable, moment=moment)
    ready(cloudy)
    annotate(cloudy, "now")
    cloudy.work(lambda: credentials(cloudy) == [stored().name] and stored().number == 2)
    cloudy.work_until_ready()
    bury(cloudy)


@pytest.mark.parametrize("call", ["make_credential", "delete_credential"])
@pytest.mark.parametrize("moment", list(Moment))
def test_deleted_while_held_at_it_nothing_is_left(cloudy: Site, call: str, moment: Moment) -> None:
    if call == "delete_credential":
        ready(cloudy)
        annotate(cloudy, "now")
    else:
        cloudy.cluster(control_planes=1, workers=1)
    cloudy.cloud.fail(call, times=3, moment=moment, error=Unavailable)
    cloudy.work(lambda: call in cloudy.cloud.calls())
    bury(cloudy)


def test_killed_before_its_secret_was_stored_it_is_made_again_under_its_name(
    cloudy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, killed = crypto.encrypt, []

    def encrypt(text: str) -> bytes:
        if '"secret"' in text and not killed:
            killed.append(1)
            raise KeyboardInterrupt
        return real(text)

    monkeypatch.setattr(crypto, "encrypt", encrypt)
    cloudy.cluster(control_planes=1, workers=1)
    with pytest.raises(KeyboardInterrupt):
        cloudy.work_until_ready()
    Work.objects.update(holder="", lease_expires_at=None)
    cloudy.work_until_ready()

    assert credentials(cloudy) == [stored().name]
    assert cloudy.cloud.calls().count("make_credential") == 2
    bury(cloudy)


def test_one_that_is_refused_costs_the_cluster_its_add_ons_and_nothing_else(cloudy: Site) -> None:
    cloudy.cloud.fail("make_credential", error=Misconfigured, times=1000)
    ready(cloudy)
    said = condition_of(cloudy, "AddonUnavailable")

    assert (said["status"], said["reason"]) == ("True", "CredentialRefused")
    assert "The operator can mend it" in said["message"]
    assert not {CCM, CSI} & set(installed(cloudy))
    bury(cloudy)


def test_add_ons_come_when_the_credential_is_no_longer_refused(cloudy: Site) -> None:
    cloudy.cloud.fail("make_credential", error=Misconfigured, times=8)
    ready(cloudy)
    until(cloudy, lambda said: said["status"] == "False", "AddonUnavailable")
    cloudy.work(lambda: {CCM, CSI} <= set(installed(cloudy)))


def test_without_their_images_the_cluster_is_ready_and_says_which_and_the_way_out(
    cloudy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimulatedToolbox, "missing_images", lambda *_: {"csi-node-driver-registrar"})
    ready(cloudy)
    said = condition_of(cloudy, "AddonUnavailable")

    assert (said["status"], said["reason"]) == ("True", "ImagesMissing")
    assert said["message"].startswith(
        "cinder-csi: machines of this cluster carry no image of csi-node-driver"
    )
    assert "slipway bundle build 1.37.2 --source upstream" in said["message"]
    assert CCM in installed(cloudy)
    assert CSI not in installed(cloudy)


def test_a_cluster_made_before_images_were_noted_gets_none(cloudy: Site) -> None:
    ready(
        cloudy,
        addons={"openstackCloudControllerManager": {"enabled": False}, "cinderCsi": {"enabled": False}},
    )
    assert credentials(cloudy) == []

    def older(document: Any) -> None:
        del document["status"]["missingImages"]

    store.update_status("clusters", TENANT, "web", older)
    cloudy.edit("clusters", "web", lambda d: d["spec"].update(addons={}))
    assert (
        until(cloudy, lambda said: said["status"] == "True", "AddonUnavailable")["reason"] == "ImagesMissing"
    )
    assert credentials(cloudy) == []


def test_where_there_is_no_cloud_nothing_is_said_unless_it_was_asked_for(site: Site) -> None:
    ready(site)
    assert condition_of(site, "AddonUnavailable")["status"] == "False"
    assert credentials(site) == []
    site.edit("clusters", "web", lambda d: d["spec"].update(addons={"cinderCsi": {"enabled": True}}))
    said = until(site, lambda said: said["status"] == "True", "AddonUnavailable")
    assert said["reason"] == "NotOffered"


def test_on_a_driver_that_never_has_one_it_is_refused_with_the_field(site: Site) -> None:
    site.create("Provider", "providers", "here", {"driver": "local"}, namespace="")
    with pytest.raises(Invalid) as caught:
        site.cluster(provider="here", addons={"cinderCsi": {"enabled": True}})
    (cause,) = caught.value.status()["details"]["causes"]
    assert cause["field"] == "spec.addons.cinderCsi.enabled"
    assert "has no OpenStack behind it" in cause["message"]
