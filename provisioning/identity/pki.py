"""A cluster's identity: its authorities and keys, made by Slipway before the first machine is there.

Pure: nothing is stored or sent here. `to_json` holds private keys; the caller keeps it encrypted.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from provisioning.identity import certificates, ssh
from provisioning.identity.certificates import Pair
from provisioning.identity.kubeconfig import as_yaml, document

KUBELET_LIFETIME = timedelta(days=365)  # kubeadm's own choice; the kubelet renews it long before
BOOTSTRAP_LIFETIME = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class ClusterIdentity:
    """Everything that makes a cluster that cluster, whatever machines it runs on."""

    cluster: Pair
    front_proxy: Pair
    etcd: Pair
    service_account_key: str = field(repr=False)
    ssh_key: str = field(repr=False)
    ssh_host_keys: Mapping[str, str] = field(default_factory=dict, repr=False)  # private, by machine name

    @classmethod
    def create(cls, machine_names: Iterable[str] = (), *, now: datetime | None = None) -> "ClusterIdentity":
        """New authorities and keys: a few milliseconds."""
        return cls(
            cluster=certificates.new_authority("kubernetes", now=now),
            front_proxy=certificates.new_authority("front-proxy-ca", now=now),
            etcd=certificates.new_authority("etcd-ca", now=now),
            service_account_key=certificates.new_key(),
            ssh_key=ssh.new_key(),
        ).with_ssh_host_keys(machine_names)

    @classmethod
    def from_json(cls, text: str) -> "ClusterIdentity":
        """The inverse of `to_json`."""
        value = json.loads(text)
        for name in ("cluster", "front_proxy", "etcd"):
            value[name] = Pair(**value[name])
        return cls(**value)

    def to_json(self) -> str:
        """All of it, private keys included."""
        return json.dumps(asdict(self))

    def with_ssh_host_keys(self, machine_names: Iterable[str]) -> "ClusterIdentity":
        """The same identity with a host key for each of these machines; those that have one keep it."""
        missing = [name for name in machine_names if name not in self.ssh_host_keys]
        if not missing:
            return self
        return replace(
            self, ssh_host_keys={**self.ssh_host_keys, **{name: ssh.new_key() for name in missing}}
        )

    @property
    def ssh_public_key(self) -> str:
        """What the machines' root accepts."""
        return ssh.public_key(self.ssh_key)

    def known_hosts(self, addresses: Mapping[str, str]) -> str:
        """A known_hosts file for machines (name to address) whose host key was made here."""
        return "".join(
            f"{address} {ssh.public_key(self.ssh_host_keys[name])}\n" for name, address in addresses.items()
        )

    def files(
        self, worker_names: Iterable[str], endpoint: str, *, cluster_name: str = "kubernetes"
    ) -> dict[str, bytes]:
        """What playbooks place: path under /etc/kubernetes (control planes' `pki/`), and kubeconfigs.

        `admin.conf` is for the one who runs the playbook: two hours of system:masters, which needs no binding
        in the cluster. It must not be put on a node: kubeadm makes its own there and keeps what it finds.
        `nodes/NAME/kubelet.conf` spares a worker the bootstrap by token.
        """
        admin = document(
            self.cluster.certificate,
            certificates.sign_client(
                self.cluster, "slipway:bootstrap", ("system:masters",), lifetime=BOOTSTRAP_LIFETIME
            ),
            cluster_name=cluster_name,
            endpoint=endpoint,
            user="slipway:bootstrap",
        )
        kubelets = {
            f"nodes/{name}/kubelet.conf": as_yaml(self._kubelet(name, endpoint, cluster_name))
            for name in worker_names
        }
        texts = {**self._pki_files(), "admin.conf": as_yaml(admin), **kubelets}
        return {path: text.encode() for path, text in texts.items()}

    def _pki_files(self) -> dict[str, str]:
        return {
            "pki/ca.crt": self.cluster.certificate,
            "pki/ca.key": self.cluster.key,
            "pki/front-proxy-ca.crt": self.front_proxy.certificate,
            "pki/front-proxy-ca.key": self.front_proxy.key,
            "pki/etcd/ca.crt": self.etcd.certificate,
            "pki/etcd/ca.key": self.etcd.key,
            "pki/sa.key": self.service_account_key,
            "pki/sa.pub": certificates.public_key(self.service_account_key),
        }

    def _kubelet(self, name: str, endpoint: str, cluster_name: str) -> dict[str, object]:
        user = f"system:node:{name}"
        client = certificates.sign_client(self.cluster, user, ("system:nodes",), lifetime=KUBELET_LIFETIME)
        return document(
            self.cluster.certificate, client, cluster_name=cluster_name, endpoint=endpoint, user=user
        )
