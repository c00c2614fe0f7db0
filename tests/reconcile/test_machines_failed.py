"""A provider that fails at machines: tried again with pauses, said so, and the evidence kept."""

from datetime import UTC, datetime, timedelta

import pytest
from support.fake_site import TENANT, Site

from provisioning.ansible.runner import RunOutcome
from provisioning.drivers.contract import MachineState
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.fake.cloud import HOST
from provisioning.drivers.fake.driver import FakeDriver
from provisioning.models import LedgerEntry, Work
from provisioning.reconcile import ledger
from provisioning.reconcile.phases import strangers
from provisioning.reconcile.reconciler import reconcile
from provisioning.simulation.toolbox import SimulatedToolbox
from slipway.apimachinery.kinds import Document
from slipway.apimachinery.store import store
from tests.reconcile.life import bury, condition_of, settle, until


def _machine(site: Site, name: str = "web-cp-1") -> Document:
    found = site.get("machines", name)
    assert found is not None
    return found


def _break(site: Site, name: str = "web-cp-1") -> None:
    site.cloud.set_machine_state(_machine(site, name)["spec"]["outsideName"], MachineState.FAILED)


def _fail(site: Site, times: int) -> None:
    """The next machines that the cloud makes are broken."""
    site.cloud.fail(HOST, times=times)
    for failed in range(1, times + 1):
        site.work(lambda failed=failed: _failures(site) == failed)
        if failed < times:
            _let_pause_end(site)


def _failures(site: Site) -> int:
    found = site.get("machines", "web-cp-1")
    return int(found["status"].get("failures", 0)) if found else 0


def _let_pause_end(site: Site) -> None:
    def change(document: Document) -> None:
        if document["status"].get("failures"):
            document["status"]["failedAt"] = "1970-01-01T00:00:00Z"

    store.update_status("machines", TENANT, "web-cp-1", change)


def _events(reason: str) -> list[str]:
    return [e["message"] for e in store.list("events", TENANT) if e["reason"] == reason]


def test_a_machine_that_fails_once_is_made_anew_at_once_and_why_is_kept(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    _fail(site, 1)
    name = _machine(site)["spec"]["outsideName"]
    settle(site, 1, 0)
    (said,) = _events("MachineFailed")
    row = LedgerEntry.objects.get(kind="machine", name=name)

    assert said.startswith("machine web-cp-1 failed at the provider: the fake cloud says Failed.")
    assert "slipway cluster ledger web --evidence" in said
    assert "the fake cloud says Failed" in row.evidence
    assert f"console of {name}" in row.evidence
    assert [e["evidence"] for e in ledger.entries(row.cluster_uid) if e["name"] == name] == [row.evidence]
    bury(site)


def test_one_that_fails_again_and_again_is_tried_with_pauses_and_blames_the_operator(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    _fail(site, 3)
    uid = _machine(site)["metadata"]["ownerReferences"][0]["uid"]
    made = site.cloud.calls().count("ensure_machine")
    until(site, lambda c: c["reason"] == "MachineFailed")
    for _ in range(5):
        Work.objects.filter(uid=uid).update(next_reconcile_at=datetime.now(UTC))
        reconcile(uid)
    wait = Work.objects.get(uid=uid).next_reconcile_at - datetime.now(UTC)
    blocked = condition_of(site, "Blocked")

    assert site.cloud.calls().count("ensure_machine") == made
    assert timedelta(seconds=5) < wait <= timedelta(seconds=20)
    assert blocked is not None
    assert (blocked["status"], blocked["reason"]) == ("True", "MachineFailed")
    assert "machine web-cp-1 failed 3 times at the provider: the fake cloud says Failed" in blocked["message"]
    assert "The operator has to mend it" in blocked["message"]
    _let_pause_end(site)
    settle(site, 1, 0)
    assert (condition_of(site, "Blocked") or {})["status"] == "False"


def test_a_machine_that_is_paused_holds_up_no_deletion(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    _fail(site, 2)
    bury(site)


def test_a_node_that_failed_leaves_evidence_before_it_is_replaced(site: Site) -> None:
    site.cluster(control_planes=1, workers=1)
    settle(site, 1, 1)
    name = _machine(site, "web-workers-1")["spec"]["outsideName"]
    _break(site, "web-workers-1")
    site.work(lambda: bool(_events("MachineMissing")))
    settle(site, 1, 1)

    assert f"console of {name}" in LedgerEntry.objects.get(kind="machine", name=name).evidence


def test_a_console_that_cannot_be_read_keeps_nothing_from_being_mended(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    site.cloud.fail("evidence", error=Unavailable)
    _fail(site, 1)
    name = _machine(site)["spec"]["outsideName"]
    settle(site, 1, 0)

    assert "the console could not be read" in LedgerEntry.objects.get(kind="machine", name=name).evidence


def test_evidence_is_bounded_its_end_counts_and_it_holds_no_secret(site: Site) -> None:
    site.cluster(control_planes=1, workers=0)
    settle(site, 1, 0)
    name = _machine(site)["spec"]["outsideName"]
    ledger.note_evidence("fake", name, "now why\n\n" + "x" * 50_000 + " token=abcdefghijkl the end")
    kept = LedgerEntry.objects.get(kind="machine", name=name).evidence

    assert len(kept) < 16_100
    assert kept.startswith("now why\n\n...")
    assert kept.endswith("token=******** the end")


def test_one_that_answers_ssh_as_another_is_made_anew_after_a_while(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = RunOutcome(ok=False, failed_host="web-cp-1", failed_step="Gathering Facts", refused=True)
    with monkeypatch.context() as patch:
        patch.setattr(SimulatedToolbox, "run", lambda *_, **__: refused)
        site.cluster(control_planes=1, workers=0)
        site.work(lambda: bool(_refused_since(site)))
        first = _refused_since(site)
        until(site, lambda c: c["reason"] == "RunFailed")
        assert _failures(site) == 0
        assert _refused_since(site) == first
        patch.setattr(strangers, "PATIENCE", timedelta(0))
        site.work(lambda: _failures(site) == 1)
    settle(site, 1, 0)
    (said,) = _events("MachineFailed")
    assert "it answers SSH, but with another host key than it was given" in said
    assert _refused_since(site) == ""
    assert site.cloud.calls().count("delete_machine") == 1


def _refused_since(site: Site) -> str:
    found = site.get("machines", "web-cp-1")
    return str(found["status"].get("refusedSince", "")) if found else ""


def test_a_provider_that_asks_for_peace_gets_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Unavailable("asked too much at once", retry_after=123)

    monkeypatch.setattr(FakeDriver, "ensure_network", busy)
    made = site.create("Network", "networks", "lan", {})
    reconcile(made["metadata"]["uid"])
    wait = Work.objects.get(uid=made["metadata"]["uid"]).next_reconcile_at - datetime.now(UTC)

    assert timedelta(seconds=115) < wait <= timedelta(seconds=125)
