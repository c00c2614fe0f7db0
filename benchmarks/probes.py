"""A pod on every worker of the cluster: what the tenant waits for, whatever a node says of itself."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.declaration import Declaration
from benchmarks.raw import LAB
from provisioning import versions
from provisioning.bundles.images import release_images

PATIENCE = 180  # seconds


class Probes:
    """The DaemonSet that the raw side runs too, through a kubeconfig that Slipway issued."""

    def __init__(self, kubectl: str, kubeconfig: dict[str, Any], declaration: Declaration) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="slipway-bench-")
        path = Path(self._directory.name) / "kubeconfig"
        path.write_text(json.dumps(kubeconfig))
        self._kubectl = [kubectl, "--kubeconfig", str(path)]
        self._version = declaration.version

    def apply(self) -> None:
        (pause,) = (i for i in release_images(versions.find(self._version)) if i.name == "pause")
        manifest = (LAB / "probe.yaml").read_text()
        self._call("apply", "-f", "-", given=manifest.replace("@PAUSE@", pause.reference))

    def wait_for(self, count: int) -> None:
        ready = f"--for=jsonpath={{.status.numberReady}}={count}"
        self._call("wait", ready, "daemonset/probe", f"--timeout={PATIENCE}s")

    def _call(self, *arguments: str, given: str = "") -> None:
        command = [*self._kubectl, *arguments]
        subprocess.run(command, input=given, stdout=subprocess.DEVNULL, text=True, check=True)
