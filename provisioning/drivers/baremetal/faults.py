"""What keeps a host from being used, out of the words of ssh and sudo: a reason, and the way out."""

from typing import Final

from provisioning import conditions as c
from provisioning.drivers.errors import DriverError
from slipway.kernel.errors import Actor

_TOLD = 400  # characters of what was said that are passed on


class HostFault(DriverError):  # noqa: N818 - said in status as it is here
    """A host that the operator has to look at. The code is the reason in its conditions."""

    def __init__(self, reason: str, message: str, *, foreign: str = "") -> None:
        super().__init__(reason, message, actor=Actor.OPERATOR, foreign=foreign[-_TOLD:].strip())


class ScriptFailed(HostFault):
    """A command on a host that was reached ended with an error."""

    def __init__(self, status: int, foreign: str) -> None:
        said = foreign.strip().splitlines()
        super().__init__(
            c.HOST_UNFIT, f"a command on the host ended with {status}: {said[-1] if said else 'no word'}"
        )


_CONNECTING: Final = (
    ("identification has changed", c.HOST_KEY_CHANGED,
     "shows another host key than the one that is known: if it was installed anew, set spec.hostKey to its new"
     " public key; else somebody is in between"),
    ("host key verification failed", c.HOST_KEY_CHANGED,
     "shows another host key than the one that is known: if it was installed anew, set spec.hostKey to its new"
     " public key; else somebody is in between"),
    ("permission denied", c.SSH_KEY_REFUSED,
     "refuses the key: put its public half into the authorized_keys of the user, or give another key or user"),
    ("too many authentication failures", c.SSH_KEY_REFUSED, "refuses the key"),
    ("error in libcrypto", c.SSH_KEY_REFUSED, "has a private key that cannot be read: give it without a passphrase"),
    ("connection refused", c.SSH_REFUSED, "refuses connections: start sshd there, or mend address and port"),
)  # fmt: skip

_SUDO: Final = (
    ("a password is required", "sudo asks for a password: give it as spec.secrets.sudoPassword, or let the user"
     " do without (NOPASSWD)"),
    ("incorrect password", "sudo refuses the password: mend spec.secrets.sudoPassword"),
    ("no password was provided", "sudo refuses the password: mend spec.secrets.sudoPassword"),
    ("not in the sudoers", "the user may not use sudo: add it to the group sudo, or give another user"),
    ("not allowed to execute", "sudo does not let the user become root: add it to the group sudo"),
    ("sudo: not found", "there is no sudo: install it, or give the user root"),
    ("sudo: command not found", "there is no sudo: install it, or give the user root"),
    ("must have a tty", "sudo wants a terminal: take requiretty out of its settings"),
)  # fmt: skip


def of_connection(said: str, where: str) -> HostFault:
    """Why ssh did not get in. `where` is user, address and port."""
    for words, reason, text in _CONNECTING:
        if words in said.lower():
            return HostFault(reason, f"{where} {text}", foreign=said)
    return HostFault(c.HOST_UNREACHABLE, f"{where} does not answer", foreign=said)


def of_command(status: int, said: str, where: str) -> HostFault:
    """Why a command did not do what it should: sudo's refusal, or its own fault."""
    for words, text in _SUDO:
        if words in said.lower():
            return HostFault(c.SUDO_MISSING, f"{where}: {text}", foreign=said)
    return ScriptFailed(status, said)
