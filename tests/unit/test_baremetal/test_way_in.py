"""The way into a host: what OpenSSH is told, and what its refusals mean."""

from pathlib import Path

import pytest

from provisioning.drivers.baremetal import faults
from provisioning.identity.ssh_access import SshAccess, files

ROOT = Path("/private")
BASTION = SshAccess("192.0.2.9", user="jump", port=2222, key="BASTION KEY", host_key="ssh-ed25519 BBBB")


def test_a_known_key_is_insisted_on_and_an_unknown_one_is_taken_down():
    known = files(SshAccess("10.0.0.1", key="KEY", host_key="ssh-ed25519 AAAA"), ROOT)
    unknown = files(SshAccess("10.0.0.1", key="KEY"), ROOT)

    assert known["machine.known"] == "machine ssh-ed25519 AAAA\n"
    assert "StrictHostKeyChecking yes" in known["config"]
    assert unknown["machine.known"] == ""
    assert "StrictHostKeyChecking accept-new" in unknown["config"]


def test_a_bastion_has_a_key_and_a_host_key_of_its_own():
    found = files(SshAccess("10.0.0.1", key="KEY", bastion=BASTION), ROOT)

    assert found["bastion.key"] == "BASTION KEY\n"
    assert found["bastion.known"] == "bastion ssh-ed25519 BBBB\n"
    machine, bastion = found["config"].split("Host bastion")
    assert "ProxyCommand ssh -F /private/config -W [%h]:%p bastion" in machine
    assert "Port 2222" in bastion
    assert "ProxyCommand" not in bastion


def test_neither_keys_nor_passwords_are_shown_by_accident():
    access = SshAccess("10.0.0.1", key="PRIVATE", sudo_password="horse", bastion=BASTION)

    assert "PRIVATE" not in repr(access)
    assert "horse" not in repr(access)
    assert "BASTION KEY" not in repr(access)


@pytest.mark.parametrize(
    ("said", "reason", "words"),
    [
        ("ssh: connect to host 10.0.0.1 port 22: Connection refused", "SSHRefused", "start sshd"),
        ("ops@10.0.0.1: Permission denied (publickey).", "SSHKeyRefused", "authorized_keys"),
        ("Host key verification failed.", "HostKeyChanged", "spec.hostKey"),
        ("ssh: connect to host 10.0.0.1 port 22: Connection timed out", "HostUnreachable", "does not answer"),
        ('Load key "/private/machine.key": error in libcrypto\nops@10.0.0.1: Connection closed', "SSHKeyRefused",
         "without passphrase"),
    ],
)  # fmt: skip
def test_why_ssh_did_not_get_in(said, reason, words):
    fault = faults.of_connection(said, SshAccess("10.0.0.1", user="ops"))

    assert fault.code == reason
    assert words in fault.message
    assert fault.message.startswith("ops@10.0.0.1:22 ")


def test_a_bastion_that_refuses_is_named():
    said, at_bastion = (
        "kex_exchange_identification: Connection closed by remote host",
        "ssh: Connection refused",
    )
    fault = faults.of_connection(said, SshAccess("10.0.0.1", bastion=BASTION), at_bastion)

    assert fault.message.startswith("bastion jump@192.0.2.9:2222 refuses connections")


def test_a_host_that_the_bastion_does_not_reach_is_named_itself():
    at_bastion = "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed"
    fault = faults.of_connection("Connection closed", SshAccess("10.0.0.1", bastion=BASTION), at_bastion)

    assert (fault.code, fault.message.partition(" ")[0]) == ("SSHRefused", "root@10.0.0.1:22")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("sudo: a password is required", "spec.secrets.sudoPassword"),
        ("sudo: 1 incorrect password attempt", "refuses the password"),
        ("ops is not in the sudoers file.", "group sudo"),
        ("sh: 1: sudo: not found", "there is no sudo"),
    ],
)
def test_why_sudo_did_not_help(said, words):
    fault = faults.of_command(1, said, "ops@10.0.0.1:22")

    assert fault.code == "SudoMissing"
    assert words in fault.message


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("dpkg: error\nE: no such package", "a command on the host ended with 2: E: no such package"),
        ("tar: x: Cannot write: No space left on device\ntar: Exiting with failure status",
         "a disk of the host is full (tar: x: Cannot write: No space left on device): make room"),
    ],
)  # fmt: skip
def test_another_command_s_failure_is_told_by_the_words_that_matter(said, told):
    fault = faults.of_command(2, said, "ops@10.0.0.1:22")

    assert (fault.code, fault.message) == ("HostUnfit", told)
