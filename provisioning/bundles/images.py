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
    """One image. `upstream` is where its publisher keeps it, `programs` what our own build puts in."""

    name: str
    tag: str
    upstream: str
    programs: Mapping[str, str]  # path in the image → program
    config: ImageConfig = field(default_factory=ImageConfig)
    on_netbase: bool = False  # calls iptables and nft
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The name it has on nodes."""
        return f"{IMAGE_REPOSITORY}/{self.name}:{self.tag}"


def release_images(release: Release) -> list[Image]:
    """Every image of the release: kubeadm's seven, then the add-ons'."""
    return [*_kubeadm_images(release), *_addon_images(release)]


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


def _kubernetes_image(name: str, release: Release, *, on_netbase: bool = False) -> Image:
    return Image(
        name,
        f"v{release.version}",
        f"registry.k8s.io/{name}",
        {f"usr/local/bin/{name}": name},
        on_netbase=on_netbase,
    )
