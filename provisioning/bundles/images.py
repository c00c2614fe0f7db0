"""The images of a release: the names that kubeadm and the add-ons use, and what is in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.bundles.oci import ImageConfig
from provisioning.versions import IMAGE_REPOSITORY, Release

SHELL_COMMANDS = (
    "cat", "chmod", "chown", "cp", "df", "du", "echo", "env", "find", "ls", "mkdir", "mv", "rm", "sh",
    "sleep", "sync", "test", "true", "wget",
)  # fmt: skip
"""What add-on scripts and people call in the busybox image."""


@dataclass(frozen=True, slots=True)
class Image:
    """One image. `upstream` is where its publisher keeps it, `programs` what our own build puts in: none, and it is
    in bundles from upstream only.
    """

    name: str
    tag: str
    upstream: str
    programs: Mapping[str, str] = field(default_factory=dict)  # path in the image → program
    config: ImageConfig = field(default_factory=ImageConfig)
    on_netbase: bool = False  # calls iptables and nft
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The name it has on nodes."""
        return f"{IMAGE_REPOSITORY}/{self.name}:{self.tag}"

    @property
    def buildable(self) -> bool:
        """Whether the source `gomod` has it."""
        return bool(self.programs)


def release_images(release: Release) -> list[Image]:
    """Every image of the release: kubeadm's seven, then the add-ons'."""
    return [*_kubeadm_images(release), *_addon_images(release), *_cloud_images(release)]


def _kubeadm_images(release: Release) -> list[Image]:
    static = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    kubernetes = "registry.k8s.io"
    return [
        *(_kubernetes_image(name, release) for name in static),
        _kubernetes_image("kube-proxy", release, on_netbase=True),
        Image(
            "etcd",
            release.etcd_tag,
            f"{kubernetes}/etcd",
            {f"usr/local/bin/{name}": name for name in ("etcd", "etcdctl", "etcdutl")},
        ),
        Image(
            "coredns",
            f"v{release.coredns}",
            f"{kubernetes}/coredns/coredns",
            {"coredns": "coredns"},
            ImageConfig(("/coredns",)),
        ),
        Image(
            "pause",
            release.pause,
            f"{kubernetes}/pause",
            {"pause": "pause"},
            ImageConfig(("/pause",), user="65535:65535"),
        ),
    ]


def _addon_images(release: Release) -> list[Image]:
    return [
        Image(
            "flannel",
            f"v{release.flannel}",
            "ghcr.io/flannel-io/flannel",
            {"opt/bin/flanneld": "flanneld"},
            on_netbase=True,
        ),
        Image(
            "metrics-server",
            f"v{release.metrics_server}",
            "registry.k8s.io/metrics-server/metrics-server",
            {"metrics-server": "metrics-server"},
            ImageConfig(("/metrics-server",)),
        ),
        Image(
            "local-path-provisioner",
            f"v{release.local_path_provisioner}",
            "docker.io/rancher/local-path-provisioner",
            {"usr/bin/local-path-provisioner": "local-path-provisioner"},
            ImageConfig(("/usr/bin/local-path-provisioner",)),
        ),
        Image(
            "busybox",
            release.busybox,
            "docker.io/library/busybox",
            {"bin/busybox": "busybox"},
            ImageConfig(("/bin/sh",)),
            links={f"bin/{command}": "busybox" for command in SHELL_COMMANDS},
        ),
    ]


def _cloud_images(release: Release) -> list[Image]:
    """For clusters on OpenStack. csi-node-driver-registrar, without which Cinder's driver is of no use, is on no
    Go module proxy, and Cinder's own image carries mount and mkfs beside its program: these come from upstream.
    """
    cloud, manager = f"v{release.cloud_provider_openstack}", "openstack-cloud-controller-manager"
    sidecars = {
        "csi-attacher": release.csi_attacher,
        "csi-provisioner": release.csi_provisioner,
        "csi-resizer": release.csi_resizer,
        "csi-node-driver-registrar": release.csi_node_driver_registrar,
        "livenessprobe": release.livenessprobe,
    }
    return [
        Image(
            manager,
            cloud,
            f"registry.k8s.io/provider-os/{manager}",
            {f"bin/{manager}": manager},
            ImageConfig((f"/bin/{manager}",)),
        ),
        Image("cinder-csi-plugin", cloud, "registry.k8s.io/provider-os/cinder-csi-plugin"),
        *(Image(name, f"v{tag}", f"registry.k8s.io/sig-storage/{name}") for name, tag in sidecars.items()),
    ]


def _kubernetes_image(name: str, release: Release, *, on_netbase: bool = False) -> Image:
    return Image(
        name,
        f"v{release.version}",
        f"registry.k8s.io/{name}",
        {f"usr/local/bin/{name}": name},
        on_netbase=on_netbase,
    )
