"""The raw side over SSH, Kubernetes: kubeadm by its documented way, init and then all joins at once."""

import json
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.raw import LAB
from benchmarks.raw_cloud import parallel
from provisioning.bundles.images import release_images
from provisioning.versions import IMAGE_REPOSITORY, find

PATIENCE = 600


class Machines(Protocol):
    """Where SSH answers, by machine, and the addresses inside; the cluster's endpoint for machines and for others."""

    @property
    def outside(self) -> Mapping[str, str]: ...
    @property
    def inside(self) -> Mapping[str, str]: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def public_endpoint(self) -> str: ...


class Kubeadm:
    """One cluster on the machines of `cloud`."""

    def __init__(self, cloud: Machines, key: Path, version: str) -> None:
        self._cloud, self._key, self._version = cloud, key, version
        self._token = f"{secrets.token_hex(3)}.{secrets.token_hex(8)}"
        self._certificates = secrets.token_hex(32)

    def wait_for_machines(self) -> None:
        """SSH answers and cloud-init is done."""
        for command in ("true", "cloud-init status --wait > /dev/null; systemctl is-active containerd"):
            parallel(lambda name, c=command: self._patiently(lambda: self.on(name, c)), self._cloud.outside)

    def init(self) -> None:
        self._configured("cp1", self._init_configuration(), "init --upload-certs")

    def pod_network(self) -> None:
        images = {image.name: image.reference for image in release_images(find(self._version))}
        manifest = (LAB / "flannel.yaml").read_text()
        manifest = manifest.replace("@FLANNEL@", images["flannel"]).replace("@BUSYBOX@", images["busybox"])
        self.kubectl("apply -f -", manifest)

    def wait_for_token(self) -> None:
        """kubeadm looks for its signature every 5 s only: an early join would lose that much."""
        wanted = f"jws-kubeconfig-{self._token.split('.', maxsplit=1)[0]}"
        asked = "-n kube-public get configmap cluster-info -o yaml"
        self._patiently(lambda: self.kubectl(f"{asked} | grep -q {wanted}"))

    def join(self, *names: str) -> None:
        """All but the first, unless some are named."""
        others = names or [name for name in self._cloud.outside if name != "cp1"]
        parallel(lambda name: self._configured(name, self._join_configuration(name), "join"), others)

    def wait_for_nodes(self) -> None:
        count = len(self._cloud.outside)
        self._patiently(lambda: self.kubectl(f'get nodes --no-headers | wc -l | grep -qx "{count}"'))
        self.kubectl(f"wait --for=condition=Ready node --all --timeout={PATIENCE}s")
        self.kubectl(f"-n kube-system rollout status deployment/coredns --timeout={PATIENCE}s")

    def kubectl(self, words: str, given: str = "") -> None:
        self.on("cp1", f"kubectl --kubeconfig /etc/kubernetes/admin.conf {words}", given)

    def on(self, name: str, command: str, given: str = "") -> None:
        options = [
            "-i",
            str(self._key),
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
        ]
        options += ["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=3", "-o", "BatchMode=yes"]
        subprocess.run(
            ["ssh", *options, f"root@{self._cloud.outside[name]}", command],
            input=given, text=True, check=True, capture_output=True,
        )  # fmt: skip

    def _configured(self, name: str, configuration: str, command: str) -> None:
        file = "/etc/kubernetes/kubeadm.yaml"
        self.on(
            name,
            f"mkdir -p /etc/kubernetes; cat > {file} && kubeadm {command} --config {file}",
            configuration,
        )

    def _init_configuration(self) -> str:
        kubeadm, cloud = "kubeadm.k8s.io/v1beta4", self._cloud
        documents = [
            {
                "apiVersion": kubeadm, "kind": "InitConfiguration",
                "bootstrapTokens": [{"token": self._token, "ttl": "2h0m0s"}],
                "certificateKey": self._certificates,
                "localAPIEndpoint": {"advertiseAddress": cloud.inside["cp1"]},
                "nodeRegistration": self._registration("cp1"),
            },
            {
                "apiVersion": kubeadm, "kind": "ClusterConfiguration", "kubernetesVersion": f"v{self._version}",
                "imageRepository": IMAGE_REPOSITORY, "controlPlaneEndpoint": f"{cloud.endpoint}:6443",
                "encryptionAlgorithm": "ECDSA-P256",  # as Slipway's clusters: RSA keys would cost this side seconds
                "apiServer": {"certSANs": [cloud.public_endpoint]},
                "networking": {"podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/16"},
            },
            {
                "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
                "cgroupDriver": "cgroupfs", "failCgroupV1": False, "imageGCHighThresholdPercent": 100,
            },
            {
                "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
                "mode": "nftables", "conntrack": {"maxPerCore": 0, "min": 0},
            },
        ]  # fmt: skip
        return "\n---\n".join(json.dumps(one) for one in documents)

    def _join_configuration(self, name: str) -> str:
        found = {
            "apiServerEndpoint": f"{self._cloud.endpoint}:6443",
            "token": self._token,
            "unsafeSkipCAVerification": True,
        }
        wanted = {
            "apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "JoinConfiguration",
            "discovery": {"bootstrapToken": found},
            "nodeRegistration": self._registration(name),
        }
        if name.startswith("cp"):
            local = {"advertiseAddress": self._cloud.inside[name]}
            wanted["controlPlane"] = {"certificateKey": self._certificates, "localAPIEndpoint": local}
        return json.dumps(wanted)

    def _registration(self, name: str) -> dict[str, object]:
        return {
            "name": name,
            "criSocket": "unix:///run/containerd/containerd.sock",
            "imagePullPolicy": "Never",
            "ignorePreflightErrors": ["SystemVerification"],  # cgroup v1 is refused by version alone
            "kubeletExtraArgs": [{"name": "node-ip", "value": self._cloud.inside[name]}],
        }

    def _patiently(self, call: Callable[[], None]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return call()
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
