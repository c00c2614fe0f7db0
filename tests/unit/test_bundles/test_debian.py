"""Where Debian's packages come from."""

import pytest

from provisioning.bundles.debian import sources

APT_GET = "#!/bin/sh\nprintf '%s\\n' {lines}\n"


@pytest.mark.parametrize(
    ("listed", "main", "security"),
    [
        ("", "http://deb.debian.org/debian", "http://deb.debian.org/debian-security"),
        (
            "'Ubuntu|noble|http://u.test/ubuntu' 'Ubuntu|noble-security|http://u.test/ubuntu'",
            "http://deb.debian.org/debian",
            "http://deb.debian.org/debian-security",
        ),
        (
            "'Debian|trixie|http://m.test/debian' 'Debian|trixie-security|http://s.test/sec'",
            "http://m.test/debian",
            "http://s.test/sec",
        ),
    ],
)
def test_this_machines_mirrors_if_it_runs_debian(tools, monkeypatch, listed, main, security):
    monkeypatch.delenv("SLIPWAY_DEBIAN_MIRROR", raising=False)
    tools.replace("apt-get", APT_GET.replace("{lines}", listed))
    assert sources(tools.cache) == [
        f"deb {main} bookworm main",
        f"deb {main} bookworm-updates main",
        f"deb {security} bookworm-security main",
    ]


def test_a_mirror_that_is_named_comes_first(tools, monkeypatch):
    monkeypatch.setenv("SLIPWAY_DEBIAN_MIRROR", "http://named.test/debian/")
    assert [line.split()[1] for line in sources(tools.cache)] == [
        "http://named.test/debian",
        "http://named.test/debian",
        "http://named.test/debian-security",
    ]
