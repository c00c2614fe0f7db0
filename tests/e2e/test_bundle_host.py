"""scripts/setup-host.sh on a machine whose Docker engine was killed; a network namespace is that machine."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).parents[2] / "scripts/setup-host.sh"
MACHINE = """
set -e
for bridge in docker0 br-0123456789ab slw-0123abcd br-mine; do ip link add $bridge type bridge; done
iptables -t nat -A POSTROUTING -s 172.28.0.0/16 ! -o br-0123456789ab -j MASQUERADE
iptables -t nat -A POSTROUTING -s 10.9.0.0/16 -o eth9 -j MASQUERADE
. "$SCRIPT"
find_root
as_root() { [ "$1" = rm ] || "$@"; }       # the files under /var/run are this machine's, not the namespace's
pgrep() { return "$CONTAINERS_LEFT"; }
remove_traces_of_dead_engine > /dev/null
ip -o link show type bridge | cut -d: -f2
iptables -t nat -S POSTROUTING
"""


def on_machine(*, containers_left: bool) -> list[str]:
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    environment = {**os.environ, "SCRIPT": str(SCRIPT), "CONTAINERS_LEFT": "0" if containers_left else "1"}
    done = subprocess.run(
        [*unshare, "bash", "-c", MACHINE], env=environment, capture_output=True, text=True, check=True
    )
    return [line.strip() for line in done.stdout.splitlines()]


def test_bridges_and_rules_of_a_dead_engine_go_and_others_stay():
    assert on_machine(containers_left=False) == [
        "br-mine",
        "-P POSTROUTING ACCEPT",
        "-A POSTROUTING -s 10.9.0.0/16 -o eth9 -j MASQUERADE",
    ]


def test_containers_that_outlived_their_engine_keep_their_network():
    left = on_machine(containers_left=True)
    assert {"docker0", "br-0123456789ab", "slw-0123abcd", "br-mine"} <= set(left)
    assert len([line for line in left if "MASQUERADE" in line]) == 2


def test_where_all_is_there_it_does_nothing_and_says_nothing():
    done = subprocess.run([SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
