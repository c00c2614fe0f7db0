"""What keeps a host from being used, out of the words of ssh and sudo: a reason, and the way out."""

from typing import Final

from provisioning import conditions as c
from provisioning.drivers.errors import DriverError
from provisioning.identity.ssh_access import SshAccess
from slipway.kernel.errors import Actor

_TOLD = 400  # characters of what was said that are passed on
_FULL: Final = "no space left on device"


class HostFault(DriverError):  # noqa: N818 - said in status as it is here
    """A host that the operator has to look at. The code is the reason in its conditions."""

    def __init__(self, reason: str, message: str, *, foreign: str = "") -> None:
        super().__init__(reason, message, actor=Actor.OPERATOR, foreign=foreign[-_TOLD:].strip())


class ScriptFailed(HostFault):
    """A command on a host that was reached ended with an error."""

    def __init__(self, status: int, foreign: str) -> None:
        said = foreign.strip().splitlines()
        full = next((line for line in said if _FULL in line.lower()), "")
        text = f"a command on the host ended with {status}: {said[-1] if said else 'no word'}"
        super().__init__(c.HOST_UNFIT, f"a disk of the host is full ({full}): make room" if full else text)


_OTHER_KEY: Final = (
    "shows another host key than the one that is known: if it was installed anew, set {key} to its new public"
    " key; else somebody is in between"
)
_PASSED_ON: Final = "stdio forwarding failed"  # the bastion let us in, and did not reach the host
_CONNECTING: Final = (
    ("identification has changed", c.HOST_KEY_CHANGED, _OTHER_KEY),
    ("host key verification failed", c.HOST_KEY_CHANGED, _OTHER_KEY),
    ("permission denied", c.SSH_KEY_REFUSED,
     "refuses the key: put its public half into the user's authorized_keys, or give another key or user"),
    ("too many authentication failures", c.SSH_KEY_REFUSED, "refuses the key"),
    ("error in libcrypto", c.SSH_KEY_REFUSED, "got a private key that cannot be read: give it without passphrase"),
    ("invalid format", c.SSH_KEY_REFUSED, "got a private key that cannot be read: give it as OpenSSH or PEM"),
    ("connection refused", c.SSH_REFUSED, "refuses connections: start sshd there, or mend address and port"),
)  # fmt: skip

_SUDO: Final = (
    ("a password is required",
     "sudo asks for a password: give it as spec.secrets.sudoPassword, or let the user do without (NOPASSWD)"),
    ("incorrect password", "sudo refuses the password: mend spec.secrets.sudoPassword"),
    ("no password was provided", "sudo refuses the password: mend spec.secrets.sudoPassword"),
    ("not in the sudoers", "the user may not use sudo: add it to the group sudo, or give another user"),
    ("not allowed to execute", "sudo does not let the user become root: add it to the group sudo"),
    ("sudo: not found", "there is no sudo: install it, or give the user root"),
    ("sudo: command not found", "there is no sudo: install it, or give the user root"),
    ("must have a tty", "sudo wants a terminal: take requiretty out of its settings"),
)  # fmt: skip


def of_connection(said: str, access: SshAccess, at_bastion: str = "") -> HostFault:
    """Why ssh did not get in, and at which of the two doors. `at_bastion`: what was said at the first."""
    if access.bastion and at_bastion and _PASSED_ON not in at_bastion:
        said, where = at_bastion, f"bastion {place(access.bastion)}"
    else:
        said, where = at_bastion or said, place(access)
    for words, reason, text in _CONNECTING:
        if words in said.lower():
            if text is _OTHER_KEY:  # ssh's own advice speaks of files of ours
                key = "spec.bastion.hostKey" if where.startswith("bastion") else "spec.hostKey"
                return HostFault(reason, f"{where} {text.format(key=key)}")
            return HostFault(reason, f"{where} {text}", foreign=said)
    return HostFault(c.HOST_UNREACHABLE, f"{where} does not answer", foreign=said)


def place(access: SshAccess) -> str:
    """Who is let in where."""
    return f"{access.user}@{access.address}:{access.port}"


def of_command(status: int, said: str, where: str) -> HostFault:
    """Why a command did not do what it should: sudo's refusal, or its own fault."""
    for words, text in _SUDO:
        if words in said.lower():
            return HostFault(c.SUDO_MISSING, f"{where}: {text}", foreign=said)
    return ScriptFailed(status, said)
