"""A real cluster on bare hosts: made, grown, mended from the free pool, deleted; and every host is as it was before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from e2e.conftest import TENANT, Site, running
from support.server import ROOT, wait_for

from tests.support.bare.image import PASSWORD
from tests.support.bare.rack import BareHost, Rack, rack
from tests.support.bare.traces import Traces, traces

pytestmark = [pytest.mark.real, pytest.mark.baremetal, pytest.mark.timeout(1800)]
NAMES = ("r1-a", "r1-b", "r2-a", "r2-b", "r3-a", "r3-b")
KEYS, SSHD = "~ops/.ssh/authorized_keys", "/etc/ssh/ssh_host_ed25519_key"
DATE = "/usr/bin/date"
LIES = f"mv {DATE} {DATE}.real; printf '#!/bin/sh\\necho 1000000\\n' > {DATE}; chmod 755 {DATE}"
FAULTS = (  # how it is made and mended at the console, its reason, and what is said
    ("systemctl stop ssh", "systemctl start ssh", "SSHRefused", "refuses connections"),
    (f"mv {KEYS} {KEYS}.kept", f"mv {KEYS}.kept {KEYS}", "SSHKeyRefused", "authorized_keys"),
    (
        f"mkdir /root/kept; mv {SSHD}* /root/kept; ssh-keygen -qt ed25519 -N '' -f {SSHD}; systemctl restart ssh",
        "mv -f /root/kept/* /etc/ssh; rmdir /root/kept; systemctl restart ssh", "HostKeyChanged", "spec.hostKey",
    ),
    ("gpasswd -d ops sudo", "gpasswd -a ops sudo", "SudoMissing", "group sudo"),
    (LIES, f"mv {DATE}.real {DATE}", "HostUnfit", "clock is"),
    ("mount -t tmpfs -o size=1g none /var/lib", "umount /var/lib", "HostUnfit", "free under /var/lib"),
)  # fmt: skip


@pytest.fixture(scope="module")
def room() -> Iterator[Rack]:
    """Six hosts in three racks: four for the cluster, one to grow, one to spare; the second rack is behind `gate`."""
    with rack() as made:
        made.add(*NAMES, "gate")
        made.wait()
        yield made


@pytest.fixture(scope="module")
def before(room: Rack) -> dict[str, Traces]:
    return _traces(room)


@pytest.fixture(scope="module")
def bare_site(
    room: Rack, before: dict[str, Traces], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = {"network": str(room.subnet), "addresses": room.addresses, "patience": 45}
    spec = {"driver": "baremetal", "settings": settings}
    with running(tmp_path_factory.mktemp("bare"), "room", spec) as made:
        for name in NAMES:
            made.server.create("hosts", "Host", name, _host(room, room[name]))
        wait_for(lambda: _free(made) == len(NAMES), 60, lambda: made.kubectl("get", "hosts"))
        yield made


def test_life_of_a_cluster_on_bare_hosts(bare_site: Site, room: Rack, before: dict[str, Traces]) -> None:
    _made_from_the_same_manifest(bare_site)
    _control_planes_are_in_three_racks(bare_site)
    _grows_though_the_host_reboots_in_the_middle(bare_site, room)
    _a_host_without_power_is_replaced_from_the_pool(bare_site, room)
    _is_deleted(bare_site)
    _the_lost_host_is_cleaned_when_it_is_back(bare_site, room)
    _every_host_is_as_it_was(room, before)


def _looked_at(site: Site, name: str, reason: str, said: str) -> None:
    """`slipway host check`, and what the Host says then."""

    def ready() -> dict[str, str]:
        return site.server.condition("hosts", name, "") or {}

    def says_so() -> bool:
        return ready().get("reason") == reason and said in ready().get("message", "")

    asked = site.server.request("POST", site.server.path("hosts", f"{name}/check", ""), {})
    assert asked.status_code == 202, asked.text
    wait_for(says_so, 40, ready)


@pytest.mark.parametrize(("make", "mend", "reason", "said"), FAULTS, ids=[f[3] for f in FAULTS])
def test_each_fault_of_a_host_is_a_condition(
    bare_site: Site, room: Rack, make: str, mend: str, reason: str, said: str
) -> None:
    host = room["r3-b"]
    host.run(make)
    try:
        _looked_at(bare_site, host.name, reason, said)
    finally:
        host.run(mend)
    _looked_at(bare_site, host.name, "AsDeclared", "")


def _made_from_the_same_manifest(site: Site) -> None:
    site.tenant_kubectl("apply", "-f", str(ROOT / "examples/ha-cluster.yaml"))
    site.server.patch("nodepools", "web-workers", {"spec": {"replicas": 1}}, TENANT)
    site.wait_ready("web", 900)
    assert len(site.ready_nodes("web")) == 4
    site.inside("web", "apply", "-f", str(ROOT / "tests/e2e/workload.yaml"))
    site.inside("web", "wait", "--for=condition=complete", "job/probe", "--timeout=180s", timeout=200)


def _control_planes_are_in_three_racks(site: Site) -> None:
    claims = {
        h["status"]["claim"].get("machine", ""): h["spec"]["failureDomain"] for h in site.server.list("hosts")
    }
    assert {claims[f"web-cp-{n}"] for n in (1, 2, 3)} == {"r1", "r2", "r3"}


def _grows_though_the_host_reboots_in_the_middle(site: Site, room: Rack) -> None:
    site.server.patch("nodepools", "web-workers", {"spec": {"replicas": 2}}, TENANT)
    wait_for(lambda: _joining(site), 400, lambda: site.tenant_kubectl("get", "machines,runs"))
    rebooted = room[_host_of(site, "web-workers-2")]
    rebooted.power_off()
    rebooted.power_on()
    wait_for(
        lambda: len(site.ready_nodes("web")) == 5,
        400,
        lambda: site.tenant_kubectl("get", "clusters,machines,runs"),
    )
    site.wait_ready("web")


def _a_host_without_power_is_replaced_from_the_pool(site: Site, room: Rack) -> None:
    lost = _host_of(site, "web-workers-2")
    room[lost].power_off()
    wait_for(
        lambda: _host_of(site, "web-workers-2") not in ("", lost), 400, lambda: site.kubectl("get", "hosts")
    )
    site.wait_ready("web", 600)
    assert len(site.ready_nodes("web")) == 5
    (aside,) = [h for h in site.server.list("hosts") if h["metadata"]["name"] == lost]
    assert aside["status"]["state"] == "Broken"
    said = site.server.condition("hosts", lost, "")
    assert said is not None
    assert said["reason"] == "HostUnreachable"
    assert "web-workers-2" in said["message"] or "does not answer" in said["message"]


def _is_deleted(site: Site) -> None:
    site.tenant_kubectl("delete", "cluster", "web", "--wait=false")
    site.wait_gone("web", 400)
    (closed,) = site.ledger_closed("web")
    assert closed.endswith("0 left"), closed


def _the_lost_host_is_cleaned_when_it_is_back(site: Site, room: Rack) -> None:
    for host in room.hosts:
        host.power_on()
    wait_for(lambda: _free(site) == len(NAMES), 300, lambda: site.kubectl("get", "hosts"))


def _every_host_is_as_it_was(room: Rack, before: dict[str, Traces]) -> None:
    """A look at a host that is under way is over in a moment."""

    def left() -> dict[str, list[str]]:
        after = _traces(room)
        return {name: more for name in NAMES if (more := after[name].more_than(before[name]))}

    wait_for(lambda: not left(), 30, lambda: str(left()))


def _host(room: Rack, host: BareHost) -> dict[str, object]:
    """Half of them by root, half by a user whose sudo wants a password; their keys are pinned at first contact."""
    secrets = {"privateKey": room.key}
    by_ops = host.name.endswith("b")
    if by_ops:
        secrets["sudoPassword"] = PASSWORD
    bastion = {"address": room["gate"].address, "user": "ops"} if host.name.startswith("r2") else None
    return {
        "address": host.address,
        "bastion": bastion,
        "user": "ops" if by_ops else "root",
        "failureDomain": host.name.partition("-")[0],
        "secrets": secrets,
    }


def _traces(room: Rack) -> dict[str, Traces]:
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(NAMES, pool.map(lambda name: traces(room[name]), NAMES), strict=True))


def _free(site: Site) -> int:
    return sum(
        1
        for host in site.server.list("hosts")
        if host.get("status", {}).get("state") == "Free"
        and any(c["type"] == "Ready" and c["status"] == "True" for c in host["status"].get("conditions", []))
    )


def _joining(site: Site) -> bool:
    runs = site.server.list("runs", TENANT)
    return any(
        r["spec"]["playbook"] == "join_workers" and r["status"].get("phase") == "Running" for r in runs
    )


def _host_of(site: Site, machine: str) -> str:
    found = [h for h in site.server.list("hosts") if h["status"].get("claim", {}).get("machine") == machine]
    return str(found[0]["metadata"]["name"]) if found else ""
