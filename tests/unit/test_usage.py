"""Metrics-server's numbers as it writes them, and what simulated nodes seem to use."""

from provisioning.kube.usage import usages
from provisioning.simulation.usage import CORES, MEMORY, simulated_usage


def node(name, cpu="4", memory="8140936Ki"):
    return {"metadata": {"name": name}, "status": {"capacity": {"cpu": cpu, "memory": memory}}}


def metric(name, cpu, memory="1Gi"):
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def test_nanocores_and_kibibytes_become_cores_and_bytes():
    (one,) = usages([node("a")], [metric("a", "250000000n", "1048576Ki")])

    assert (one.cpu, one.cpu_capacity) == (0.25, 4.0)
    assert (one.memory, one.memory_capacity) == (2**30, 8140936 * 1024)


def test_nodes_that_were_not_measured_are_left_out():
    found = usages(
        [node("b"), node("a"), node("new")], [metric("a", "1"), metric("b", "500m"), metric("old", "1")]
    )

    assert [(one.name, one.cpu) for one in found] == [("a", 1.0), ("b", 0.5)]


def test_simulated_nodes_stay_within_their_size_and_move():
    then, later = simulated_usage(["a", "b"], at=0), simulated_usage(["a", "b"], at=200)

    assert [one.name for one in then] == ["a", "b"]
    assert all(0 < one.cpu < CORES and 0 < one.memory < MEMORY for one in (*then, *later))
    assert then[0].cpu != later[0].cpu
