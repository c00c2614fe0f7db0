"""The scripts that run on hosts: shell that every Debian's sh reads, and what their lines mean."""

import subprocess

import pytest

from provisioning.drivers.baremetal.probe import facts_from
from provisioning.drivers.baremetal.scripts import script

ALL = ("probe", "state", "claim", "disks", "packages", "programs", "images", "prepared", "wipe")
PROBE = """system=debian-12
systemName=Debian GNU/Linux 12 (bookworm)
kernel=6.1.0-30-amd64
architecture=x86_64
hostname=r1-07
time=1000
cpu=8
memoryKiB=32780100
swap=
freeKiB=104857600
cgroup=2
systemd=yes
resolvers=1
disk=nvme0n1 512110190592
disk=sda 0
"""


@pytest.mark.parametrize("name", ALL)
def test_every_script_is_read_by_sh(name):
    subprocess.run(["sh", "-n", "-c", script(name)], check=True)


def test_a_probe_of_this_machine_can_be_read():
    said = subprocess.run(
        ["sh", "-c", script("probe"), "slipway", "1"], check=True, capture_output=True, text=True
    ).stdout

    assert facts_from(said, 0, in_use=True).cpu >= 1


def test_a_fit_host_has_no_problems():
    found = facts_from(PROBE, 1000.9, in_use=False)

    assert found.problems == ()
    assert (found.cpu, found.architecture, found.disks) == (8, "amd64", {"nvme0n1": 512110190592})


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("swap=", "swap=/dev/sda2 ", "swap"),
        ("time=1000", "time=900", "time"),
        ("freeKiB=104857600", "freeKiB=1000000", "disk"),
        ("systemd=yes", "systemd=no", "systemd"),
        ("resolvers=1", "resolvers=0", "resolvers"),
        ("system=debian-12", "system=debian-10", "system"),
        ("architecture=x86_64", "architecture=riscv64", "architecture"),
        ("disk=sda 0", "port=10250", "ports"),
        ("disk=sda 0", "runs=kubelet", "services"),
        ("disk=sda 0", "module=vxlan", "modules"),
        ("disk=sda 0", "controller=memory", "cgroup"),
        ("disk=sda 0", "nodisk=/dev/nvme1n1", "disks"),
        ("disk=sda 0", "held=/dev/nvme1n1 gpt dos", "disks"),
    ],
)
def test_each_thing_that_is_missing_is_found_and_has_a_cure(old, new, check):
    (problem,) = facts_from(PROBE.replace(old, new), 1000.5, in_use=False).problems

    assert problem.check == check
    assert problem.message
    assert problem.mend


def test_what_a_node_brings_with_it_is_no_problem_of_a_claimed_host():
    claimed = PROBE + "port=6443\nruns=containerd\nclaim=me m1\n"

    assert facts_from(claimed, 1000.5, in_use=True).problems == ()
    assert len(facts_from(claimed, 1000.5, in_use=False).problems) == 2
