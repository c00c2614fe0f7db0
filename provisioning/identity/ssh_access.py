"""The way into a machine by SSH, and what OpenSSH has to be told of it. Pure: nothing is written here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MACHINE: Final = "machine"  # names of the configuration's hosts
BASTION: Final = "bastion"


@dataclass(frozen=True, slots=True)
class SshAccess:
    """Where SSH answers, who is let in, and what the host has to show. `host_key` empty: not known yet."""

    address: str
    user: str = "root"
    port: int = 22
    key: str = field(default="", repr=False)  # private, OpenSSH or PEM
    host_key: str = ""  # public: type and base64
    sudo_password: str = field(default="", repr=False)
    bastion: "SshAccess | None" = None

    @property
    def by_root(self) -> bool:
        """Whether nothing has to be asked of sudo."""
        return self.user == "root"


def files(access: SshAccess, root: Path, **options: str) -> Mapping[str, str]:
    """What lies in the private directory `root`: `config` for `ssh -F`, keys, and known hosts."""
    hops = dict(_hops(access))
    found = {"config": "".join(_section(name, hop, root, options) for name, hop in hops.items())}
    for name, hop in hops.items():
        found[f"{name}.key"] = hop.key.rstrip("\n") + "\n"
        found[f"{name}.known"] = f"{name} {hop.host_key}\n" if hop.host_key else ""
    return found


def _hops(access: SshAccess) -> Iterator[tuple[str, SshAccess]]:
    yield MACHINE, access
    if access.bastion:
        yield BASTION, access.bastion


def _section(name: str, hop: SshAccess, root: Path, options: Mapping[str, str]) -> str:
    """Known by a name of its own: the same host may be reached at another address tomorrow."""
    wanted = {
        "HostName": hop.address,
        "Port": str(hop.port),
        "User": hop.user,
        "IdentityFile": f"{root}/{name}.key",
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "HostKeyAlias": name,
        "UserKnownHostsFile": f"{root}/{name}.known",
        "GlobalKnownHostsFile": "/dev/null",
        "HashKnownHosts": "no",
        "UpdateHostKeys": "no",
        "CheckHostIP": "no",
        "StrictHostKeyChecking": "yes" if hop.host_key else "accept-new",
        "BatchMode": "yes",
        "PreferredAuthentications": "publickey",
        "GSSAPIAuthentication": "no",
        "LogLevel": "ERROR",
        **options,
    }
    if hop.bastion:
        wanted["ProxyCommand"] = f"ssh -F {root}/config -W [%h]:%p {BASTION}"
    # ansible names the machine by its address, so that both have to mean it
    names = f"{name} {hop.address}" if name == MACHINE else name
    return f"Host {names}\n" + "".join(f"  {key} {value}\n" for key, value in wanted.items())
