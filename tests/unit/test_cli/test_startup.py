"""The command starts fast because it imports little."""

import subprocess
import sys

import pytest

from slipway.cli.main import cli

HEAVY = ("requests", "rich", "yaml", "docker", "ansible_runner")
FORBIDDEN = ("django", "rest_framework", "celery", "kubernetes", "tenants", "provisioning")
PROBE = """
import sys
from click.testing import CliRunner
from slipway.cli.main import cli
for line in sys.argv[1:]:
    result = CliRunner().invoke(cli, line.split())
    assert result.exit_code == 0, result.output
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported(*lines: str) -> set[str]:
    """Top-level modules in a fresh process after those commands."""
    command = [sys.executable, "-c", PROBE, *lines]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("line", ["--help", "version --client", "cluster create --help"])
def test_what_needs_no_server_imports_no_heavy_package(line):
    assert imported(line).isdisjoint(HEAVY)


def test_no_command_imports_the_server():
    context = cli.make_context("slipway", [], resilient_parsing=True)

    assert imported(*(f"{command} --help" for command in cli.list_commands(context))).isdisjoint(FORBIDDEN)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_command(offline, shell):
    result = offline("completion", shell)

    assert result.exit_code == 0
    assert "_SLIPWAY_COMPLETE" in result.stdout


def completed(environ: dict[str, str | None], words: str) -> list[str]:
    """What a shell is offered for the last word."""
    count = str(len(words.split(" ")) - 1)
    asked = {"_SLIPWAY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    known = {key: value for key, value in environ.items() if value is not None}
    command = [sys.executable, "-c", "from slipway.cli.main import main; main()"]
    done = subprocess.run(command, env={**known, **asked}, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.stdout.split()


def test_completion_knows_the_commands(offline):
    assert completed(offline.environ, "slipway cluster k") == ["plain,kubeconfig"]


def test_completion_knows_the_names(run, server):
    server.put("clusters", "demo", "web")
    server.put("clusters", "other", "wiki")

    assert completed(run.environ, "slipway cluster get w") == ["plain,web"]
    assert completed(run.environ, "slipway cluster delete -n other w") == ["plain,wiki"]


def test_completion_without_a_server_offers_nothing(offline):
    assert completed(offline.environ, "slipway cluster get w") == []


def test_bundle_hands_over_to_the_builder(offline, monkeypatch):
    called = []

    def run(command, check):
        called.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr("slipway.cli.commands.bundle.subprocess.run", run)

    assert offline("bundle", "build", "1.37.2", "--source", "gomod").exit_code == 3
    assert called == [[sys.executable, "-m", "provisioning.bundles", "build", "1.37.2", "--source", "gomod"]]
