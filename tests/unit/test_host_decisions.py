"""How machines are run on hosts that cannot all be tried: each decision by a table of what may be found."""

from dataclasses import replace
from typing import Any, Literal

import pytest

from provisioning.drivers.errors import Misconfigured
from provisioning.drivers.local import host

ALL = (1 << 41) - 1
NO_SYS_RESOURCE = ALL & ~(1 << 24)
DOCKER_INFO = {
    "OSType": "linux",
    "Architecture": "x86_64",
    "CgroupVersion": "2",
    "Driver": "overlay2",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=default", "name=cgroupns"],
    "NCPU": 4,
    "MemTotal": 2**34,
}
USUAL = host.facts_from(DOCKER_INFO, {"Version": "28.2.2", "ApiVersion": "1.50"}, ALL)
LIMITED = replace(USUAL, bounding_set=NO_SYS_RESOURCE)


def test_the_usual_host_runs_privileged_machines() -> None:
    chosen = host.options(USUAL)

    assert chosen.privileged
    assert chosen.capabilities == ()
    assert chosen.cgroup_namespace == "private"


def test_an_engine_that_lacks_a_capability_gives_all_that_it_has() -> None:
    chosen = host.options(LIMITED)

    assert not chosen.privileged
    assert "SYS_ADMIN" in chosen.capabilities
    assert "SYS_RESOURCE" not in chosen.capabilities
    assert chosen.unmask_system_paths
    assert chosen.device_rules == ("a *:* rwm",)


@pytest.mark.parametrize(
    ("bounding_set", "probed", "privileged"),
    [(ALL, None, True), (NO_SYS_RESOURCE, None, False), (ALL, False, False), (NO_SYS_RESOURCE, True, True)],
)
def test_what_was_tried_counts_more_than_what_was_read(
    bounding_set: int, probed: Literal[True, False, None], privileged: Literal[True, False]
) -> None:
    facts = replace(USUAL, bounding_set=bounding_set, privileged_works=probed)

    assert host.options(facts).privileged is privileged


@pytest.mark.parametrize(
    ("api_version", "last"),
    [((1, 41), "AUDIT_READ"), ((1, 42), "CHECKPOINT_RESTORE"), ((1, 50), "CHECKPOINT_RESTORE")],
)
def test_an_engine_is_asked_only_for_capabilities_that_it_knows(
    api_version: tuple[int, int], last: str
) -> None:
    assert host.options(replace(LIMITED, api_version=api_version)).capabilities[-1] == last


@pytest.mark.parametrize("bit", [41, 63])
def test_a_capability_that_is_newer_than_slipway_is_left_out(bit: int) -> None:
    more = replace(LIMITED, bounding_set=NO_SYS_RESOURCE | 1 << bit)

    assert host.options(more).capabilities == host.options(LIMITED).capabilities


@pytest.mark.parametrize(
    ("found", "options"),
    [
        (("seccomp",), ("seccomp=unconfined",)),
        (("apparmor", "seccomp"), ("seccomp=unconfined", "apparmor=unconfined")),
        (("selinux", "seccomp"), ("seccomp=unconfined", "label=disable")),
    ],
)
def test_confinement_is_lifted_where_there_is_any(found: tuple[str, ...], options: tuple[str, ...]) -> None:
    assert host.options(replace(LIMITED, security=found)).security == options


@pytest.mark.parametrize("facts", [USUAL, LIMITED])
def test_remapped_users_are_switched_off_for_machines(facts: host.HostFacts) -> None:
    assert host.options(replace(facts, security=("userns",))).user_namespace == "host"
    assert host.options(facts).user_namespace == ""


@pytest.mark.parametrize(
    ("driver", "binds"),
    [
        ("overlay2", ()),
        ("vfs", ()),
        ("btrfs", ("/dev/mapper:/dev/mapper",)),
        ("zfs", ("/dev/mapper:/dev/mapper",)),
    ],
)
def test_the_kubelet_finds_its_disk_on_every_storage_driver(driver: str, binds: tuple[str, ...]) -> None:
    assert host.options(replace(USUAL, storage_driver=driver)).binds == binds


@pytest.mark.parametrize(("found", "image"), [("x86_64", "amd64"), ("aarch64", "arm64")])
def test_images_are_asked_for_in_the_hosts_architecture(found: str, image: str) -> None:
    facts = replace(USUAL, architecture=found)

    host.require_supported(facts)
    assert host.architecture(facts) == image


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operating_system": "windows"}, "Linux"),
        ({"architecture": "riscv64"}, "riscv64"),
        ({"api_version": (1, 40), "engine_version": "19.03.15"}, "19.03.15"),
        ({"security": ("rootless",)}, "rootless"),
    ],
)
def test_a_host_that_cannot_run_machines_is_refused_with_the_reason(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        host.require_supported(replace(USUAL, **wrong))


def test_docker_20_10_is_the_oldest_that_will_do() -> None:
    host.require_supported(replace(USUAL, api_version=(1, 41), engine_version="20.10.24"))


@pytest.mark.parametrize(("said", "version"), [("1", "1"), ("2", "2"), (None, "1")])
def test_the_cgroup_version_is_the_engines_word(said: str | None, version: str) -> None:
    facts = host.facts_from(
        {**DOCKER_INFO, "CgroupVersion": said}, {"Version": "x", "ApiVersion": "1.41"}, ALL
    )

    assert facts.cgroup_version == version
    assert facts.security == ("apparmor", "seccomp", "cgroupns")


@pytest.mark.parametrize(
    ("found", "short"),
    [
        ({"max_user_instances": 128, "max_user_watches": 600000}, {"max_user_instances": 8192}),
        ({"max_user_instances": 8192, "max_user_watches": 8192}, {"max_user_watches": 524288}),
        ({"max_user_instances": 10000, "max_user_watches": 524288}, {}),
        ({}, {}),  # not readable here
    ],
)
def test_inotify_limits_are_raised_only_where_too_low(found: dict[str, int], short: dict[str, int]) -> None:
    assert host.inotify_short(found) == short


def test_a_limit_that_cannot_be_raised_comes_with_the_command() -> None:
    error = host.inotify_advice({"max_user_instances": 8192})

    assert "sysctl -w fs.inotify.max_user_instances=8192" in error.message
