"""Status is read from Kubernetes' documents by a table of cases."""

import pytest

from provisioning.kube import reading
from provisioning.kube.observation import ClusterObservation, NodeObservation, Taint, Workload

DEPLOYMENT = Workload("deployments", "kube-system", "coredns")
DAEMONSET = Workload("daemonsets", "kube-flannel", "kube-flannel-ds")


def node(*, conditions=(), labels=None, spec=None):
    return {
        "metadata": {"name": "n1", "labels": labels or {}},
        "spec": spec or {},
        "status": {
            "conditions": list(conditions),
            "addresses": [
                {"type": "InternalIP", "address": "192.0.2.1"},
                {"type": "Hostname", "address": "n1"},
            ],
            "nodeInfo": {"kubeletVersion": "v1.37.2"},
        },
    }


def ready(status, reason="", message=""):
    return {"type": "Ready", "status": status, "reason": reason, "message": message}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([ready("True", "KubeletReady")], True),
        ([ready("False", "KubeletNotReady", "cni plugin not initialized")], False),
        ([ready("Unknown", "NodeStatusUnknown")], False),
        ([{"type": "MemoryPressure", "status": "True"}], False),
        ([], False),
    ],
)
def test_node_readiness(conditions, expected):
    assert reading.node(node(conditions=conditions)).ready is expected


def test_a_node_is_read_whole():
    document = node(
        conditions=[ready("False", "KubeletNotReady", "no network")],
        labels={"node-role.kubernetes.io/control-plane": ""},
        spec={"taints": [{"key": "gpu", "effect": "NoSchedule"}]},
    )
    assert reading.node(document) == NodeObservation(
        name="n1",
        ready=False,
        reason="KubeletNotReady",
        message="no network",
        version="v1.37.2",
        address="192.0.2.1",
        control_plane=True,
        labels={"node-role.kubernetes.io/control-plane": ""},
        taints=frozenset({Taint("gpu", "", "NoSchedule")}),
    )


def daemonset(wanted, updated, available, *, generation=1, observed=1):
    return {
        "metadata": {"generation": generation},
        "status": {
            "observedGeneration": observed,
            "desiredNumberScheduled": wanted,
            "updatedNumberScheduled": updated,
            "numberAvailable": available,
        },
    }


def deployment(replicas, updated, available, *, generation=1, observed=1):
    return {
        "metadata": {"generation": generation},
        "spec": {"replicas": replicas},
        "status": {
            "observedGeneration": observed,
            "updatedReplicas": updated,
            "availableReplicas": available,
        },
    }


@pytest.mark.parametrize(
    ("workload", "document", "expected"),
    [
        (DAEMONSET, daemonset(3, 3, 3), True),
        (DAEMONSET, daemonset(3, 3, 2), False),
        (DAEMONSET, daemonset(3, 2, 3), False),
        (DAEMONSET, daemonset(0, 0, 0), False),
        (DAEMONSET, daemonset(3, 3, 3, generation=2), False),
        (DEPLOYMENT, deployment(2, 2, 2), True),
        (DEPLOYMENT, deployment(2, 2, 1), False),
        (DEPLOYMENT, deployment(2, 1, 2), False),
        (DEPLOYMENT, deployment(2, 2, 2, generation=2), False),
        (DEPLOYMENT, {"metadata": {"generation": 1}}, False),
        (DEPLOYMENT, {}, False),
    ],
)
def test_workload_readiness(workload, document, expected):
    assert reading.is_ready(workload, document) is expected


@pytest.mark.parametrize(("available", "expected"), [(2, True), (1, True), (0, False)])
def test_dns_answers_with_one_replica(available, expected):
    assert reading.answers(deployment(2, 2, available)) is expected


def test_a_node_is_found_by_name():
    seen = reading.node(node())
    observation = ClusterObservation(api_ready=True, nodes=(seen,))
    assert observation.node("n1") is seen
    assert observation.node("n2") is None
