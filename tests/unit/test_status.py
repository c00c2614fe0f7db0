"""A cluster's status as a pure function, as a table: what was declared and seen, and what has to be said."""

from dataclasses import replace

import pytest

from provisioning import conditions as c
from provisioning.kube.observation import ClusterObservation, EtcdMember, NodeObservation
from provisioning.reconcile.status import Facts, Problem, compute
from slipway.kernel.errors import Actor, SlipwayError
from slipway.kernel.results import Done, Wait

CONTROL_PLANES = ("web-cp-1", "web-cp-2", "web-cp-3")
WORKERS = ("a-1", "a-2")
MACHINES = frozenset(CONTROL_PLANES + WORKERS)
REPORTING = tuple(
    NodeObservation(name, ready=True, control_plane=name in CONTROL_PLANES) for name in sorted(MACHINES)
)
MEMBERS = tuple(EtcdMember(name, str(i), healthy=True) for i, name in enumerate(CONTROL_PLANES))
SEEN = ClusterObservation(
    api_ready=True,
    nodes=REPORTING,
    etcd_members=MEMBERS,
    dns_ready=True,
    addons_ready={"metrics-server": True},
)
READY = Facts(
    generation=4,
    control_planes=3,
    workers=2,
    outcome=Done(),
    running=MACHINES,
    declared=MACHINES,
    network=True,
    endpoint=True,
    observation=SEEN,
    addons=frozenset({"metrics-server"}),
)
FRESH = Facts(
    generation=1, control_planes=3, workers=2, outcome=Wait(1, c.WAITING_FOR_NETWORK, "network web")
)
NETWORK = replace(FRESH, network=True)
MADE = replace(READY, observation=None)


def waiting(facts: Facts, reason: str, message: str = "so it is") -> Facts:
    return replace(facts, outcome=Wait(1, reason, message))


def failing(facts: Facts, actor: Actor, code: str = "QuotaExceeded") -> Facts:
    return replace(facts, outcome=SlipwayError(code, "cores short by 12", actor=actor, foreign="HTTP 413"))


def seeing(**changes: object) -> Facts:
    return replace(READY, observation=replace(SEEN, **changes))


def nodes(*away: str) -> tuple[NodeObservation, ...]:
    """All nodes; those named do not report."""
    return tuple(replace(n, ready=n.name not in away) for n in REPORTING)


def members(*sick: str) -> tuple[EtcdMember, ...]:
    return tuple(replace(m, healthy=m.name not in sick) for m in MEMBERS)


AWAY = ClusterObservation(api_ready=False, api_message="connection refused")
HALF = replace(READY, running=MACHINES - {"a-2"})
NMECWAB = "Network Machines Endpoint ControlPlane Workers Addons"
"""The order of the letters below: T True, F False, U Unknown."""

TABLE = [
    # what                       facts                                        parts     ready reason             words
    ("ready", READY, "TTTTTT", True, c.AS_DECLARED, "every node is Ready"),
    ("fresh", FRESH, "FFUUUU", False, c.WAITING_FOR_NETWORK, "network web"),
    ("at the endpoint", waiting(NETWORK, c.WAITING_FOR_ADDRESS), "TFUUUU", False, c.WAITING_FOR_ADDRESS, "so it is"),
    ("at the storage", waiting(NETWORK, c.WAITING_FOR_STORAGE), "TFUUUU", False, c.WAITING_FOR_STORAGE, "so it is"),
    ("at the machines", waiting(replace(NETWORK, declared=MACHINES), c.WAITING_FOR_MACHINES), "TFUUUU", False,
     c.WAITING_FOR_MACHINES, "so it is"),
    ("one machine of five runs", waiting(replace(NETWORK, declared=MACHINES, running=frozenset({"a-1"})), "X"),
     "TFUUUU", False, "X", "so it is"),
    ("at the control plane", failing(MADE, Actor.NOBODY, c.RUN_FAILED), "TTUUUU", False, c.RUN_FAILED, "HTTP 413"),
    ("the API not yet", waiting(replace(MADE, observation=AWAY), c.API_UNREACHABLE, "connection refused"), "TTFFUU",
     False, c.API_UNREACHABLE, "connection refused"),
    ("the API away after all was done", replace(READY, observation=AWAY), "TTFFUU", False, c.API_UNREACHABLE,
     "connection refused"),
    ("the API away, without words", replace(READY, observation=ClusterObservation(api_ready=False)), "TTFFUU", False,
     c.API_UNREACHABLE, "does not answer at its endpoint"),
    ("shrinking", waiting(READY, c.SCALING_DOWN), "TTTTTT", False, c.SCALING_DOWN, "so it is"),
    ("nodes coming up", waiting(seeing(nodes=nodes("a-1", "a-2")), c.WAITING_FOR_NODES), "TTTTFT", False,
     c.WAITING_FOR_NODES, "so it is"),
    ("a worker not ready", seeing(nodes=nodes("a-2")), "TTTTFT", False, c.WAITING_FOR_NODES, "a-2"),
    ("a control plane not ready", seeing(nodes=nodes("web-cp-2")), "TTTFTT", False, c.WAITING_FOR_NODES, "web-cp-2"),
    ("no nodes at all", seeing(nodes=()), "TTTFFT", False, c.WAITING_FOR_NODES, "a-1, a-2, web-cp-1"),
    ("etcd sick", seeing(etcd_members=members("web-cp-3")), "TTTFTT", False, c.ETCD_UNHEALTHY, "web-cp-3"),
    ("an etcd member missing", seeing(etcd_members=MEMBERS[:2]), "TTTFTT", False, c.WAITING_FOR_ETCD, "2 of 3"),
    ("an etcd learner", seeing(etcd_members=(*MEMBERS[:2], replace(MEMBERS[2], is_learner=True))), "TTTFTT", False,
     c.WAITING_FOR_ETCD, "2 of 3"),
    ("quorum lost", waiting(replace(READY, running=frozenset({"web-cp-1"}), observation=AWAY), c.ETCD_QUORUM_LOST,
     "1 of 3"), "TFFFUU", False, c.ETCD_QUORUM_LOST, "1 of 3"),
    ("a machine stopped", replace(HALF, problems=((c.MACHINE_STOPPED, "a-2 is stopped"),)), "TFTTTT", False,
     c.MACHINE_STOPPED, "a-2"),
    ("a machine gone and nobody said why", HALF, "TFTTTT", False, c.WAITING_FOR_MACHINES, "not running: a-2"),
    ("dns missing", seeing(dns_ready=False), "TTTTTF", False, c.WAITING_FOR_DNS, "DNS"),
    ("an add-on missing", seeing(addons_ready={}), "TTTTTF", True, c.AS_DECLARED, "every node"),
    ("an add-on that nobody asked for", replace(seeing(addons_ready={}), addons=frozenset()), "TTTTTT", True,
     c.AS_DECLARED, "every node"),
    ("one more worker declared", replace(READY, workers=3), "TTTTFT", False, c.WAITING_FOR_NODES, "missing"),
    ("blocked by quota", failing(NETWORK, Actor.TENANT), "TFUUUU", False, "QuotaExceeded", "cores short by 12"),
    ("blocked by the provider's owner", failing(NETWORK, Actor.OPERATOR, "ProviderMisconfigured"), "TFUUUU", False,
     "ProviderMisconfigured", "HTTP 413"),
    ("the provider is away", failing(MADE, Actor.NOBODY, "ProviderUnavailable"), "TTUUUU", False,
     "ProviderUnavailable", "HTTP 413"),
    ("a fault of ours", failing(READY, Actor.NOBODY, c.INTERNAL_ERROR), "TTTTTT", False, c.INTERNAL_ERROR, "cores"),
    ("deleting", replace(READY, deleting=True), "TTTTTT", False, c.DELETING, "everything outside"),
    ("deleting, waiting", replace(waiting(MADE, c.DELETING, "Network web"), deleting=True), "TTUUUU", False,
     c.DELETING, "Network web"),
    ("deleting, failing", replace(failing(MADE, Actor.OPERATOR), deleting=True), "TTUUUU", False, "QuotaExceeded",
     "cores short by 12"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "parts", "ready", "reason", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_status(facts: Facts, parts: str, ready: bool, reason: str, words: str) -> None:  # noqa: FBT001 - of a table
    verdict = compute(facts)
    said = {k["type"]: k for k in verdict.conditions}
    letters = "".join(said[f"{part}Ready"]["status"][0] for part in NMECWAB.split())
    assert letters == parts, [(k["type"], k["status"], k["message"]) for k in verdict.conditions]
    assert verdict.ready is ready
    assert said[c.READY]["status"] == str(ready)
    assert said[c.READY]["reason"] == reason
    assert words in said[c.READY]["message"]
    assert all(k["observedGeneration"] == facts.generation for k in verdict.conditions)
    silent = (c.BLOCKED, c.ADDON_UNAVAILABLE)  # False is good, and needs no words
    assert all(k["message"] for k in verdict.conditions if k["status"] != "True" and k["type"] not in silent)


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        (READY, "False", ""),
        (FRESH, "False", ""),
        (failing(MADE, Actor.NOBODY), "False", ""),
        (failing(MADE, Actor.TENANT), "True", "You can mend it"),
        (failing(MADE, Actor.OPERATOR), "True", "The operator has to mend it"),
        (replace(FRESH, held=Problem("NetworkNotFound", "make it")), "True", "make it"),
        (replace(failing(MADE, Actor.NOBODY), held=Problem("NetworkNotFound", "make it")), "False", ""),
    ],
)
def test_who_has_to_act(facts: Facts, status: str, words: str) -> None:
    blocked = next(k for k in compute(facts).conditions if k["type"] == c.BLOCKED)
    assert blocked["status"] == status
    assert words in blocked["message"]


def test_a_cluster_is_ready_without_an_add_on_that_cannot_be_there_and_says_which() -> None:
    absent = {"cinder-csi": ("ImagesMissing", "build it"), "other": ("CredentialRefused", "allow it")}
    verdict = compute(replace(READY, absent=absent))
    said = next(k for k in verdict.conditions if k["type"] == c.ADDON_UNAVAILABLE)
    assert verdict.ready
    assert (said["status"], said["reason"]) == ("True", "ImagesMissing")
    assert said["message"] == "cinder-csi: build it; other: allow it"


def test_nodes_are_counted_as_seen_and_as_declared() -> None:
    verdict = compute(seeing(nodes=nodes("a-1")))
    assert (verdict.ready_nodes, verdict.total_nodes) == (4, 5)
    assert compute(MADE).ready_nodes == 0


def test_many_names_are_cut_short() -> None:
    many = frozenset(f"a-{n}" for n in range(40))
    said = {k["type"]: k for k in compute(replace(READY, declared=many, running=frozenset())).conditions}
    assert said[c.MACHINES_READY]["message"].endswith("and 35 more")


def test_a_foreign_word_is_said_once() -> None:
    error = SlipwayError("Conflict", "the port is in use", foreign="port is in use")
    ready = next(k for k in compute(replace(MADE, outcome=error)).conditions if k["type"] == c.READY)
    assert ready["message"] == "the port is in use"
