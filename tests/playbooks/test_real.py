"""The playbooks on real machines: one cluster from nothing to nothing, in the order that a cluster lives."""

import pytest

from slipway.kernel import quantity
from tests.lab.nodes import GIB, Lab, lab

pytestmark = [pytest.mark.real, pytest.mark.timeout(1500)]
ADMIN = "export KUBECONFIG=/etc/kubernetes/admin.conf; "


def works(site: Lab, playbook: str, *limit: str, **extra: object) -> None:
    """It does its work, and a second run finds nothing to do."""
    outcome, events = site.play(playbook, *limit, **extra)
    assert outcome.ok, outcome
    assert "PRIVATE KEY" not in " ".join(event.text for event in events)
    again, events = site.play(playbook, *limit, **extra)
    assert again.ok, again
    assert [event for event in events if event.status == "changed"] == []


def is_whole(site: Lab) -> None:
    outcome, _ = site.play("verify")
    assert outcome.ok, outcome


def on(site: Lab, command: str, name: str = "cp-1") -> str:
    done = site.on(name, ADMIN + command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_cluster_lives_from_bootstrap_to_reset(tmp_path):
    with lab(tmp_path) as site:
        site.add("control_plane", "cp-1", "cp-2", "cp-3")
        site.add("worker", "w-1", "w-2")
        works(site, "bootstrap_control_plane")
        is_whole(site)
        dns_outlives_any_node(site)
        it_is_a_cluster_in_kubeadms_own_sense(site)
        the_scheduler_sees_what_was_asked_for(site)
        one_more_worker_touches_nothing_else(site)
        kubeadm_join_by_hand_works(site)
        a_lost_control_plane_is_replaced(site)
        a_worker_leaves(site)
        dns_outlives_any_node(site)
        all_is_reset(site)
        one_that_is_not_what_was_made_is_told_from_one_that_fails(site)


def dns_outlives_any_node(site: Lab) -> None:
    pods = "kubectl -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{.items[*].spec.nodeName}'"
    assert len(set(on(site, pods).split())) == 2


def it_is_a_cluster_in_kubeadms_own_sense(site: Lab) -> None:
    assert "ca " in on(site, "kubeadm certs check-expiration")
    assert site.topology.version in on(
        site, f"kubeadm upgrade plan v{site.topology.version} --allow-experimental-upgrades || true"
    )
    found = on(site, "kubectl -n kube-system get cm kubeadm-config kubelet-config -o name")
    assert found.split() == ["configmap/kubeadm-config", "configmap/kubelet-config"]


def the_scheduler_sees_what_was_asked_for(site: Lab) -> None:
    path = "jsonpath='{.status.allocatable.cpu} {.status.allocatable.memory}'"
    cpu, memory = on(site, f"kubectl get node w-1 -o {path}").split()
    assert cpu == "1"
    assert 1 * GIB < quantity.parse(memory) <= 2 * GIB
    taint = "node-role.kubernetes.io/control-plane:NoSchedule"
    flags = on(site, "cat /var/lib/kubelet/kubeadm-flags.env")
    assert f"--register-with-taints={taint}" in flags  # tainted from the start: no pod comes before the taint
    tainted = on(site, "kubectl get nodes -o jsonpath='{.items[*].spec.taints}'")
    assert tainted.count("node-role.kubernetes.io/control-plane") == 3


def one_more_worker_touches_nothing_else(site: Lab) -> None:
    site.add("worker", "w-3")
    outcome, events = site.play("join_workers", "w-3")
    assert outcome.ok, outcome
    assert {event.host for event in events} <= {"", "w-3"}
    is_whole(site)


def kubeadm_join_by_hand_works(site: Lab) -> None:
    site.add("worker", "w-4")
    command = on(site, "kubeadm token create --print-join-command").strip()
    ignore = " --ignore-preflight-errors=SystemVerification"
    done = site.on("w-4", command + ignore, timeout=180)
    assert done.returncode == 0, done.stderr
    works(site, "prepare_nodes", "w-4")
    on(site, "kubectl wait --for=condition=Ready node/w-4 --timeout=60s")
    is_whole(site)


def a_lost_control_plane_is_replaced(site: Lab) -> None:
    site.destroy("cp-1")
    outcome, _ = site.play("drain_and_remove", "cp-1", slipway_via="cp-2")
    assert outcome.ok, outcome
    site.add("control_plane", "cp-1")
    works(site, "join_control_plane", "cp-1")
    is_whole(site)


def a_worker_leaves(site: Lab) -> None:
    outcome, _ = site.play("drain_and_remove", "w-1")
    assert outcome.ok, outcome
    assert site.on("w-1", "ls /etc/kubernetes").stdout.split() == ["resolv.conf"]
    site.forget("w-1")
    is_whole(site)


def all_is_reset(site: Lab) -> None:
    works(site, "reset")
    for node in site.topology.nodes:
        left = site.on(
            node.name, "ls -A /etc/kubernetes /var/lib/etcd /var/lib/slipway 2>/dev/null; nft list tables"
        ).stdout
        assert "pki" not in left
        assert "member" not in left
        assert "kube-proxy" not in left


def one_that_is_not_what_was_made_is_told_from_one_that_fails(site: Lab) -> None:
    key = "/etc/ssh/ssh_host_ed25519_key"
    other = (
        f"cp {key} /root/kept && rm {key}* && ssh-keygen -qt ed25519 -N '' -f {key} && systemctl restart ssh"
    )
    for change in (other, f"cp /root/kept {key} && systemctl restart ssh && rm -r /root/.ssh"):
        changed = site.on("w-4", change)
        assert changed.returncode == 0, changed.stderr
        outcome, _ = site.play("reset", "w-4")
        assert (outcome.failed_host, outcome.refused) == ("w-4", True), outcome
