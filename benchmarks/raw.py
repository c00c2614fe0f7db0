"""The raw side: kubeadm by hand, in the script that stands beside the lab's other tools."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.declaration import Declaration
from provisioning.bundles.node_image import ensure_node_image

LAB = Path(__file__).resolve().parent.parent / "tests/lab"


def measure(declaration: Declaration, *, endpoint: str) -> dict[str, Any]:
    """Seconds from nothing to an answering cluster, of one more worker and a pod on it, of deletion; the steps."""
    command = [str(LAB / "raw-kubeadm.sh"), str(declaration.control_planes), str(declaration.workers)]
    image = ensure_node_image(declaration.version).image
    environment = os.environ | {"IMAGE": image, "VERSION": declaration.version, "ENDPOINT": endpoint}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    steps = told["steps"]
    return {
        "create": told["total"],
        "one_more_worker": steps.pop("one_more_worker"),
        "pod_on_it": steps.pop("pod_on_it"),
        "delete": steps.pop("delete"),
        "steps": steps,
    }
