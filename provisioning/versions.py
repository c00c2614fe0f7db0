"""The Kubernetes releases on offer, each with the exact versions of everything that its bundle carries."""

from dataclasses import dataclass
from datetime import date

from slipway.kernel.errors import Actor, SlipwayError

IMAGE_REPOSITORY = "slipway.dev/k8s"
"""Prefix of every image's name. It is resolved nowhere: nodes carry the images and never pull."""


@dataclass(frozen=True, slots=True)
class Release:
    """One Kubernetes version. etcd, coredns and pause are those that its kubeadm asks for."""

    version: str
    etcd: str
    coredns: str
    pause: str
    supported_until: date
    upgrades_to: tuple[str, ...] = ()
    flannel: str = "0.28.10"
    # The flannel CNI plugin left this repository after 0.9; its new home is not on the Go module proxy.
    # It speaks CNI 0.4.0 at most, which is why the conflist says 0.3.1.
    cni_plugins: str = "0.9.1"
    metrics_server: str = "0.9.0"
    local_path_provisioner: str = "0.0.30"
    cloud_provider_openstack: str = (
        "1.36.0"  # of its two programs; newer than a cluster by a minor is supported
    )
    csi_attacher: str = "4.10.0"  # these five are those that Cinder's driver is published with
    csi_provisioner: str = "5.3.0"
    csi_resizer: str = "1.14.0"
    csi_node_driver_registrar: str = "2.15.0"
    livenessprobe: str = "2.17.0"
    busybox: str = "1.35.0"  # Debian 12 has this one; it only makes and removes directories for local-path

    @property
    def minor(self) -> str:
        """`1.37` of 1.37.2."""
        return self.version.rpartition(".")[0]

    @property
    def etcd_tag(self) -> str:
        """The image tag that kubeadm gives etcd: its version and a build number."""
        return f"{self.etcd}-0"


RELEASES = {
    r.version: r
    for r in (
        Release("1.37.2", etcd="3.7.0", coredns="1.14.6", pause="3.10.2", supported_until=date(2027, 10, 28)),
        Release(
            "1.36.3",
            etcd="3.6.8",
            coredns="1.14.2",
            pause="3.10.2",
            supported_until=date(2027, 6, 28),
            upgrades_to=("1.37.2",),
        ),
    )
}
DEFAULT = "1.37.2"


def find(version: str = "") -> Release:
    """The release that `1.37.2`, `v1.37.2` or `1.37` (its newest patch) names; empty means the default."""
    wanted = version.removeprefix("v") or DEFAULT
    if wanted in RELEASES:
        return RELEASES[wanted]
    of_minor = [r for r in RELEASES.values() if r.minor == wanted]
    if of_minor:
        return max(of_minor, key=lambda r: int(r.version.rpartition(".")[2]))
    raise SlipwayError(
        "VersionNotOnOffer",
        f"Kubernetes {wanted} is not on offer; choose one of {', '.join(RELEASES)}",
        actor=Actor.TENANT,
        field="spec.version",
    )
