"""What is changed on a node so that it has its pool's labels and taints, and nothing else is lost."""

import pytest

from provisioning.kube.marks import Marks, patch
from provisioning.kube.observation import NodeObservation, Taint

NOT_READY = Taint("node.kubernetes.io/not-ready", "", "NoExecute")
GPU = Taint("gpu", "yes", "NoSchedule")
GPU_SOFT = Taint("gpu", "yes", "PreferNoSchedule")


def node(labels=(), taints=()):
    return NodeObservation("w1", ready=True, labels=dict(labels), taints=frozenset(taints), revision="7")


def marks(labels=(), taints=()):
    return Marks(dict(labels), frozenset(taints))


@pytest.mark.parametrize(
    ("seen", "wanted", "before", "labels", "taints"),
    [
        (node(), marks({"tier": "web"}), marks(), {"tier": "web"}, None),
        (
            node({"tier": "db", "own": "1"}),
            marks({"tier": "web"}),
            marks({"tier": "db"}),
            {"tier": "web"},
            None,
        ),
        (node({"tier": "web", "own": "1"}), marks(), marks({"tier": "web"}), {"tier": None}, None),
        (node(taints=[NOT_READY]), marks(taints=[GPU]), marks(), None, {GPU, NOT_READY}),
        (node(taints=[GPU, NOT_READY]), marks(), marks(taints=[GPU]), None, {NOT_READY}),
        (node(taints=[GPU]), marks(taints=[GPU_SOFT]), marks(taints=[GPU]), None, {GPU_SOFT}),
        (
            node({"tier": "web"}, [GPU]),
            marks({"tier": "db"}),
            marks({"tier": "web"}, [GPU]),
            {"tier": "db"},
            set(),
        ),
    ],
)
def test_only_the_difference_is_patched(seen, wanted, before, labels, taints):
    change = patch(seen, wanted, before)
    assert change["metadata"].get("labels") == labels
    given = change.get("spec", {}).get("taints")
    assert (given if given is None else Marks.of({"taints": given}).taints) == taints
    assert change["metadata"]["resourceVersion"] == "7", "a list of taints is replaced as a whole"


@pytest.mark.parametrize(
    ("seen", "wanted", "before"),
    [
        (node({"own": "1"}, [NOT_READY]), marks(), marks()),
        (node({"tier": "web"}, [GPU]), marks({"tier": "web"}, [GPU]), marks()),
        (node(), marks(), marks({"tier": "web"}, [GPU])),
    ],
)
def test_nothing_to_do(seen, wanted, before):
    assert patch(seen, wanted, before) is None
