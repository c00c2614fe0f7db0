"""A rack of bare hosts, and what a person could do to them by hand."""

import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

from provisioning.drivers.baremetal.greeting import greets
from provisioning.drivers.local import facts, host
from provisioning.drivers.local.engine import engine_at
from provisioning.identity import ssh
from provisioning.identity.ssh_access import SshAccess
from tests.support.bare.image import docker, ensure_image
from tests.support.ssh import run

LABEL = "slipway-test-rack"


@dataclass
class BareHost:
    """One host: a container, an address."""

    name: str  # as Slipway is told
    container: str
    address: str
    system: str

    def run(self, script: str, *, check: bool = True) -> str:
        """At its console."""
        done = subprocess.run(
            ["docker", "exec", self.container, "sh", "-c", script],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{self.name}: {script}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def power_off(self) -> None:
        docker("kill", self.container)

    def power_on(self) -> None:
        docker("start", self.container)

    def host_key(self) -> str:
        return " ".join(self.run("cat /etc/ssh/ssh_host_ed25519_key.pub").split()[:2])


@dataclass
class Rack:
    """Hosts in a network of their own. `key` is what root and ops let in."""

    name: str
    network: str
    subnet: IPv4Network
    key: str
    hosts: list[BareHost] = field(default_factory=list)

    @property
    def addresses(self) -> str:
        """A range that no host has."""
        return f"{self.subnet[-30]}-{self.subnet[-10]}"

    def add(self, *names: str, system: str = "debian-12") -> list[BareHost]:
        """Racked, installed, switched on."""
        image = ensure_image(system)
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda name: self._add(name, image, system), names))
        self.hosts += made
        return made

    def wait(self) -> None:
        """Until all of them greet with SSH."""
        deadline = time.monotonic() + 60
        while not all(greets(SshAccess(host.address)) for host in self.hosts):
            assert time.monotonic() < deadline, "the hosts do not come up"
            time.sleep(0.2)

    def __getitem__(self, name: str) -> BareHost:
        return next(one for one in self.hosts if one.name == name)

    def _add(self, name: str, image: str, system: str) -> BareHost:
        container = f"{self.name}-{name}"
        docker(
            "run", "--detach", "--name", container, "--hostname", name, "--label", f"{LABEL}={self.name}",
            "--network", self.network, "--cgroupns", "private", "--tmpfs", "/tmp:exec", "--tmpfs", "/run:exec",
            "--volume", "/var", "--volume", "/var/lib/containerd",
            "--env", f"DNS={' '.join(_name_servers())}", *_privileges(), image,
        )  # fmt: skip
        address = docker(
            "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container
        )
        made = BareHost(name, container, address, system)
        authorized = ssh.public_key(self.key)
        for home in ("~root", "~ops"):
            made.run(f"mkdir -p -m 700 {home}/.ssh && echo '{authorized}' > {home}/.ssh/authorized_keys")
        made.run("chown -R ops:ops ~ops/.ssh")
        return made


@contextmanager
def rack() -> Iterator[Rack]:
    """An empty rack; at the end nothing of it is left."""
    name = f"rack-{uuid.uuid4().hex[:8]}"
    docker("network", "create", "--label", f"{LABEL}={name}", name)
    try:
        subnet = docker("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", name)
        yield Rack(name, name, IPv4Network(subnet), ssh.new_key())
    finally:
        if left := docker("ps", "-aq", "--filter", f"label={LABEL}={name}").split():
            docker("rm", "-fv", *left)
        docker("network", "rm", name)


def remove_leftovers() -> None:
    """Of runs that were killed."""
    if left := docker("ps", "-aq", "--filter", f"label={LABEL}").split():
        docker("rm", "-fv", *left)
    for network in docker("network", "ls", "-q", "--filter", f"label={LABEL}").split():
        run("docker", "network", "rm", network)


def _name_servers() -> list[str]:
    """This machine's own, which its containers reach as well."""
    lines = (line.split() for line in Path("/etc/resolv.conf").read_text().splitlines())
    found = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return [server for server in found if not server.startswith("127.")] or ["192.0.2.53"]


def _privileges() -> list[str]:
    """Those that the local driver gives its machines: a kubelet needs the same here."""
    options = host.options(facts.host_facts(engine_at("")))
    if options.privileged:
        return ["--privileged"]
    flags = [f"--cap-add={name}" for name in options.capabilities]
    flags += [f"--security-opt={option}" for option in options.security]
    flags += [f"--device-cgroup-rule={rule}" for rule in options.device_rules]
    return [*flags, "--security-opt=systempaths=unconfined"]
