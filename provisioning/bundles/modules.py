"""What is built from which Go modules, and the oddities of each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.versions import Release

PAUSE_SOURCE = Path(__file__).parent / "pause"
GO_LANGUAGE = "1.24"  # of the throw-away modules; a dependency that needs more raises it

KUBERNETES = "k8s.io/kubernetes"
KUBERNETES_PROGRAMS = (
    "kubeadm", "kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy",
    "kubectl",
)  # fmt: skip
# Only named by Kubernetes' go.mod, never imported; these are the newest that proxies carry.
UNUSED_SAMPLES = {"k8s.io/sample-cli-plugin": "v0.35.4", "k8s.io/sample-controller": "v0.35.4"}

ETCD = "go.etcd.io/etcd"
# All of them at one version: `go mod tidy` adds the newest of those not named, and two minors do not compile.
ETCD_MODULES = ("server", "api", "client/pkg", "client", "pkg", "etcdctl", "etcdutl")

FLANNEL = "github.com/flannel-io/flannel"
# Cloud backends, one of which needs a module that proxies refuse; udp needs cgo. vxlan and host-gw stay.
UNWANTED_BACKENDS = ("tencentvpc", "alivpc", "awsvpc", "udp", "ipsec")


@dataclass(frozen=True, slots=True)
class Program:
    """One executable: its name in the bundle and its package."""

    name: str
    package: str

    @property
    def built_as(self) -> str:
        """The name that `go build` gives it: the last part of the path that is no major version."""
        return next(p for p in reversed(self.package.split("/")) if not re.fullmatch(r"v\d+", p))


@dataclass(frozen=True, slots=True)
class Module:
    """A throw-away module: the first of `requires` is what it is about."""

    key: str
    requires: Mapping[str, str]
    programs: tuple[Program, ...]
    link_flags: tuple[str, ...] = ()  # what the linker writes into each of them
    staging: bool = False  # the published go.mod replaces its parts by local folders
    patched_main: str = ""  # folder for a copy of the main program without some of its imports
    dropped_imports: tuple[str, ...] = ()

    @property
    def imports(self) -> list[str]:
        """Packages that must be resolved."""
        return [p.package for p in self.programs if not p.package.startswith(".")]

    def go_mod(self, published: Mapping[str, Any], release: Release) -> str:
        """The throw-away go.mod; `published` is that of the main requirement, from `go mod edit -json`."""
        lines = ["module bundle", "", f"go {published['Go'] if self.staging else GO_LANGUAGE}"]
        if self.staging:
            lines += [f"godebug {g['Key']}={g['Value']}" for g in published.get("GoDebug") or ()]
        lines += ["", *(f"require {module} {version}" for module, version in self.requires.items())]
        if self.staging:
            lines += ["", *_staging_replacements(published.get("Replace") or (), release)]
        return "\n".join(lines) + "\n"

    def patch(self, source: str) -> str:
        """`source` without the imports that are not wanted."""
        if not self.dropped_imports:
            return source
        unwanted = re.compile(rf'/({"|".join(self.dropped_imports)})"$')
        return "\n".join(line for line in source.split("\n") if not unwanted.search(line.rstrip()))


PAUSE = Module("pause", {}, (Program("pause", "pause"),))


def release_modules(release: Release) -> list[Module]:
    """Everything that is built for a release, largest first."""
    return [
        _kubernetes(release),
        _etcd(release),
        _simple("coredns", "github.com/coredns/coredns", release.coredns),
        _flannel(release),
        _simple(
            "flannel", "github.com/containernetworking/plugins", release.cni_plugins, "/plugins/meta/flannel"
        ),
        _simple(
            "metrics-server",
            "sigs.k8s.io/metrics-server",
            release.metrics_server,
            "/cmd/metrics-server",
            ("k8s.io/component-base/version.gitVersion", "k8s.io/client-go/pkg/version.gitVersion"),
        ),
        _simple(
            "local-path-provisioner",
            "github.com/rancher/local-path-provisioner",
            release.local_path_provisioner,
            version_variables=("main.VERSION",),
        ),
        _simple(
            "openstack-cloud-controller-manager",
            "k8s.io/cloud-provider-openstack",
            release.cloud_provider_openstack,
            "/cmd/openstack-cloud-controller-manager",
            (
                "k8s.io/component-base/version.gitVersion",
                "k8s.io/cloud-provider-openstack/pkg/version.Version",
            ),
        ),
    ]


def _kubernetes(release: Release) -> Module:
    major, minor = release.minor.split(".")
    facts = {
        "gitVersion": f"v{release.version}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
        "gitCommit": "0",
        "buildDate": "2026-01-01T00:00:00Z",  # fixed: the same sources give the same bytes
    }
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    flags = tuple(f"-X {package}.{key}={value}" for package in packages for key, value in facts.items())
    programs = tuple(Program(name, f"{KUBERNETES}/cmd/{name}") for name in KUBERNETES_PROGRAMS)
    return Module(
        f"kubernetes-{release.version}", {KUBERNETES: f"v{release.version}"}, programs, flags, staging=True
    )


def _staging_replacements(published: Sequence[Mapping[str, Any]], release: Release) -> list[str]:
    """Kubernetes' own parts, folders of its repository, are published as k8s.io/PART v0.MINOR.PATCH."""
    version = "v0." + release.version.split(".", 1)[1]
    staged = [r["Old"]["Path"] for r in published if r["New"]["Path"].startswith("./staging/")]
    return [f"replace {part} => {part} {UNUSED_SAMPLES.get(part, version)}" for part in sorted(staged)]


def _etcd(release: Release) -> Module:
    programs = {"etcd": "server", "etcdctl": "etcdctl", "etcdutl": "etcdutl"}
    return Module(
        f"etcd-{release.etcd}",
        {f"{ETCD}/{part}/v3": f"v{release.etcd}" for part in ETCD_MODULES},
        tuple(Program(name, f"{ETCD}/{part}/v3") for name, part in programs.items()),
    )


def _flannel(release: Release) -> Module:
    version = f"v{release.flannel}"
    return Module(
        f"flanneld-{release.flannel}",
        {FLANNEL: version},
        (Program("flanneld", "./flanneld"),),
        (f"-X {FLANNEL}/pkg/version.Version={version}",),
        patched_main="flanneld",
        dropped_imports=UNWANTED_BACKENDS,
    )


def _simple(
    name: str, module: str, version: str, package: str = "", version_variables: tuple[str, ...] = ()
) -> Module:
    flags = tuple(f"-X {variable}=v{version}" for variable in version_variables)
    return Module(f"{name}-{version}", {module: f"v{version}"}, (Program(name, module + package),), flags)
